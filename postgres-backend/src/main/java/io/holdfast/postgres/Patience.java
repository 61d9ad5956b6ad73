package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** A database that is away comes back: reads wait for it, as long as it takes. */
final class Patience {

  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  private Patience() {}

  static <T> Mono<T> with(Mono<T> read) {
    return read.retryWhen(
        Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
            .maxBackoff(Duration.ofSeconds(5))
            .filter(UnavailableException.class::isInstance)
            .doBeforeRetry(
                signal -> LOG.warn("A subscription waits: {}", signal.failure().getMessage())));
  }
}
