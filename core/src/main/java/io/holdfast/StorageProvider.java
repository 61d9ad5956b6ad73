package io.holdfast;

import reactor.core.publisher.Mono;

/** Opens storages of one kind of URL. Found by {@link java.util.ServiceLoader}. */
public interface StorageProvider {

  /** True if this provider opens {@code url}; looks at the scheme only. */
  boolean accepts(String url);

  /**
   * Opens the storage, as {@link Holdfast#open} says.
   *
   * @throws InvalidInputException if the URL is malformed; its message never contains a password
   */
  Mono<UnifiedStorage> open(String url);

  /** {@code url} as it may be shown and logged: without a password. */
  String redact(String url);
}
