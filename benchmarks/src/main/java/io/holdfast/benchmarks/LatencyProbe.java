package io.holdfast.benchmarks;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** How long each event took from when it was due to when a subscriber had it. */
final class LatencyProbe {

  private static final long PATIENCE_NANOS = Duration.ofSeconds(15).toNanos();

  private final Pacer pacer;
  private final int warmUp;
  private final Histogram micros = new ConcurrentHistogram(3);
  private final AtomicInteger seen = new AtomicInteger();

  /** Not counted are the first {@code warmUp} events. */
  LatencyProbe(Pacer pacer, int warmUp) {
    this.pacer = pacer;
    this.warmUp = warmUp;
  }

  /** Event {@code n} has arrived. */
  void arrived(int n) {
    if (n >= warmUp) {
      micros.recordValue(Math.max(0, (System.nanoTime() - pacer.due(n)) / 1_000));
    }
    int unused = seen.incrementAndGet();
  }

  /** Waits until {@code count} events have arrived, or for a while; how many are missing. */
  int missingOf(int count) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    while (seen.get() < count && System.nanoTime() < end) {
      Thread.sleep(10);
    }
    return count - seen.get();
  }

  /** In milliseconds. */
  double percentile(double percent) {
    return micros.getValueAtPercentile(percent) / 1_000.0;
  }
}
