package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A database that is away comes back: reads wait for it, as long as it takes. One that refuses them
 * will not change its mind, and a read that is cancelled each time is never done: those fail.
 */
final class Patience {

  private static final Logger LOG = LoggerFactory.getLogger(Patience.class);

  /** How often in a row a read may be cancelled, as too long. */
  private static final int CANCELLED_MAX = 5;

  private Patience() {}

  static <T> Mono<T> with(Mono<T> read) {
    return Mono.defer(
        () -> {
          AtomicInteger cancelled = new AtomicInteger();
          return read.retryWhen(
              Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
                  .maxBackoff(Duration.ofSeconds(5))
                  .filter(error -> isPassing(error, cancelled))
                  .doBeforeRetry(
                      signal ->
                          LOG.warn("A subscription waits: {}", signal.failure().getMessage())));
        });
  }

  private static boolean isPassing(Throwable error, AtomicInteger cancelled) {
    if (!SqlErrors.isCancelled(error)) {
      cancelled.set(0);
      return error instanceof UnavailableException && !SqlErrors.isRefusal(error);
    }
    return cancelled.incrementAndGet() < CANCELLED_MAX;
  }
}
