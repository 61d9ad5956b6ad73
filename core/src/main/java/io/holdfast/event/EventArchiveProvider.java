package io.holdfast.event;

import io.holdfast.InvalidInputException;
import java.util.ServiceLoader;

/** Opens archives of one kind of URL. Found by {@link java.util.ServiceLoader}. */
public interface EventArchiveProvider {

  /**
   * Finds who opens {@code url}.
   *
   * @throws InvalidInputException if nobody on the class path does
   */
  static EventArchiveProvider of(String url) {
    return ServiceLoader.load(EventArchiveProvider.class).stream()
        .map(ServiceLoader.Provider::get)
        .filter(provider -> provider.accepts(url))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "archive URL", "nothing on the class path opens it: " + url));
  }

  /** True if this provider opens {@code url}; looks at the scheme only. */
  boolean accepts(String url);

  /**
   * The archive of one store at {@code url}; several stores may share a place. Touches nothing yet.
   *
   * @param store the id of the store
   * @throws InvalidInputException if the URL is malformed
   */
  EventArchive open(String url, String store);
}
