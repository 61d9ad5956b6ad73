package io.holdfast.postgres;

import io.holdfast.StorageProvider;
import io.holdfast.UnifiedStorage;
import reactor.core.publisher.Mono;

/** Opens {@code postgresql://} URLs. */
public final class PostgresStorageProvider implements StorageProvider {

  /** For {@link java.util.ServiceLoader}. */
  public PostgresStorageProvider() {}

  @Override
  public boolean accepts(String url) {
    return PostgresUrl.accepts(url);
  }

  @Override
  public Mono<UnifiedStorage> open(String url) {
    return PostgresStorage.create(PostgresUrl.parse(url));
  }

  @Override
  public String redact(String url) {
    return PostgresUrl.redact(url);
  }
}
