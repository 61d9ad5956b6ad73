package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Runs again what the server has rolled back because it cannot be fitted in with others: a
 * serialization failure or a deadlock. Whoever was in the way has gone on meanwhile, so pauses are
 * short; they vary, so that those who have met do not meet again.
 */
final class Reruns {

  private static final Duration PAUSE_MIN = Duration.ofMillis(2);
  private static final Duration PAUSE_MAX = Duration.ofMillis(250);
  private static final double JITTER = 0.75;

  /** For a statement alone; it happens behind a pooler that hides our settings from the server. */
  private static final RetryBackoffSpec STATEMENT = spec(20);

  private Reruns() {}

  static <T> Mono<T> ofStatement(Mono<T> statement) {
    // Not retryWhen at once: that costs something each time, and this hardly ever happens.
    return statement.onErrorResume(
        SqlErrors::isRolledBack, first -> statement.retryWhen(STATEMENT));
  }

  /** At most {@code attempts} times in all; {@code reruns} counts those behind the first. */
  static <T> Mono<T> ofTransaction(Mono<T> transaction, int attempts, Counter reruns) {
    return transaction.retryWhen(spec(attempts).doBeforeRetry(signal -> reruns.increment()));
  }

  private static RetryBackoffSpec spec(int attempts) {
    return Retry.backoff(attempts - 1L, PAUSE_MIN)
        .maxBackoff(PAUSE_MAX)
        .jitter(JITTER)
        .filter(SqlErrors::isRolledBack)
        .onRetryExhaustedThrow((spec, signal) -> usedUp(attempts, signal.failure()));
  }

  private static UnavailableException usedUp(int attempts, Throwable last) {
    return new UnavailableException(
        "Rolled back at each of " + attempts + " attempts: " + last.getMessage(), last);
  }
}
