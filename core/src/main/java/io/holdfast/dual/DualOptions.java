package io.holdfast.dual;

import io.holdfast.InvalidInputException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How two sides are opened as one.
 *
 * @param mode what is done with reads at first
 * @param owning true if closing closes both sides too
 * @param meters where the metrics go
 * @param patience how long the following side may take for one step of copying, 1 ms to 1 day; it
 *     counts as away after that, and the step is tried again
 * @param listener hears of each divergence, on a thread that must not be blocked
 */
public record DualOptions(
    DualMode mode,
    boolean owning,
    MeterRegistry meters,
    Duration patience,
    Consumer<Divergence> listener) {

  /** Longer than a storage itself waits by default: that one says more about what is wrong. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final Duration PATIENCE_MIN = Duration.ofMillis(1);
  private static final Duration PATIENCE_MAX = Duration.ofDays(1);

  /**
   * Write-through; the sides stay open; Micrometer's global registry; two minutes; nobody listens.
   */
  public static final DualOptions DEFAULT =
      new DualOptions(
          DualMode.WRITE_THROUGH, false, Metrics.globalRegistry, PATIENCE, divergence -> {});

  /** Requires all parts, and checks the time. */
  public DualOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(patience, "patience");
    Objects.requireNonNull(listener, "listener");
    if (patience.compareTo(PATIENCE_MIN) < 0 || patience.compareTo(PATIENCE_MAX) > 0) {
      throw new InvalidInputException(
          "patience with the following side",
          "must be from " + PATIENCE_MIN + " to " + PATIENCE_MAX + ", was " + patience);
    }
  }

  /** Begins in {@code first}. */
  public DualOptions withMode(DualMode first) {
    return new DualOptions(first, owning, meters, patience, listener);
  }

  /** Closes both sides when it is closed. */
  public DualOptions owningBoth() {
    return new DualOptions(mode, true, meters, patience, listener);
  }

  /** Measures into {@code registry}. */
  public DualOptions withMeters(MeterRegistry registry) {
    return new DualOptions(mode, owning, registry, patience, listener);
  }

  /** Lets the following side take so long. */
  public DualOptions withPatience(Duration longest) {
    return new DualOptions(mode, owning, meters, longest, listener);
  }

  /** Tells {@code hearer} of divergences. */
  public DualOptions onDivergence(Consumer<Divergence> hearer) {
    return new DualOptions(mode, owning, meters, patience, hearer);
  }
}
