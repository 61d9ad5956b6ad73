package io.holdfast.benchmarks;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/**
 * An open load: things happen at fixed times, however long each takes. Latency is counted from the
 * time at which something was due, so that whatever delays the load counts as well (no coordinated
 * omission).
 */
final class Pacer {

  private final long begin;
  private final long perSecond;

  private Pacer(long begin, long perSecond) {
    this.begin = begin;
    this.perSecond = perSecond;
  }

  /** A load that begins a moment from now. */
  static Pacer of(long perSecond) {
    return new Pacer(System.nanoTime() + 100_000_000L, perSecond);
  }

  /** When the {@code n}th was due, on {@link System#nanoTime}. */
  long due(int n) {
    return begin + n * 1_000_000_000L / perSecond;
  }

  /** Runs {@code step} for 0, 1, 2, ... when each is due; how many there were. */
  int run(Duration duration, IntConsumer step) {
    int count = Math.toIntExact(duration.toMillis() * perSecond / 1_000);
    for (int n = 0; n < count; n++) {
      long wait = due(n) - System.nanoTime();
      if (wait > 0) {
        LockSupport.parkNanos(wait);
      }
      step.accept(n);
    }
    return count;
  }
}
