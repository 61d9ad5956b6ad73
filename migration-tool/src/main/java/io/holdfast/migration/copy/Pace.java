package io.holdfast.migration.copy;

import java.time.Duration;
import reactor.core.publisher.Mono;

/** Holds a copy back, so that it writes no more than so many records a second. */
final class Pace {

  private static final long NANOS = 1_000_000_000;

  private final long recordsPerSecondMax;
  private long due = System.nanoTime();

  /** No limit if it is 0. */
  Pace(long recordsPerSecondMax) {
    this.recordsPerSecondMax = recordsPerSecondMax;
  }

  /** Completes when the next chunk may come after one of {@code records}. */
  Mono<Void> after(long records) {
    if (recordsPerSecondMax == 0 || records == 0) {
      return Mono.empty();
    }
    return Mono.defer(
        () -> {
          long now = System.nanoTime();
          due += records * NANOS / recordsPerSecondMax;
          // What was slower than it might have been is not caught up with in a rush.
          due = Math.max(due, now);
          return Mono.delay(Duration.ofNanos(due - now)).then();
        });
  }
}
