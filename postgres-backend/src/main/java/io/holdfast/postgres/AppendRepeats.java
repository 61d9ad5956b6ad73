package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Sends an append again that has failed for a passing reason. Every attempt has the same batch ids,
 * so that none can apply twice, also when the reply to a commit was lost.
 */
final class AppendRepeats {

  private static final int RACES = 10;
  private static final int OUTAGES = 3;
  private static final Duration PAUSE = Duration.ofMillis(50);

  private AppendRepeats() {}

  static <T> Mono<T> of(Mono<T> attempt, PartitionKeeper partitions) {
    return attempt
        .onErrorResume(
            SqlErrors::isMissingPartition,
            error -> {
              partitions.forget();
              return attempt;
            })
        .retryWhen(
            Retry.max(RACES)
                .filter(SqlErrors::isUniqueViolation)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .retryWhen(
            Retry.backoff(OUTAGES, PAUSE)
                .filter(UnavailableException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
  }
}
