package io.holdfast.migration.copy;

import java.time.Duration;

/**
 * How long a copy has to rest, so that it writes no more than so many records a second. Thread
 * safe: its lanes have one pace.
 */
final class Pace {

  private static final double NANOS = 1e9;

  private final long recordsPerSecondMax;
  private long due = System.nanoTime();

  /** No limit if it is 0. */
  Pace(long recordsPerSecondMax) {
    this.recordsPerSecondMax = recordsPerSecondMax;
  }

  /** The rest after a chunk of {@code records}. */
  synchronized Duration after(long records) {
    if (recordsPerSecondMax == 0) {
      return Duration.ZERO;
    }
    long now = System.nanoTime();
    due += (long) (records * NANOS / recordsPerSecondMax);
    // What was slower than it might have been is not caught up with in a rush.
    due = Math.max(due, now);
    return Duration.ofNanos(due - now);
  }
}
