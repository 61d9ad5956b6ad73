package io.holdfast.dual;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How two sides are opened as one.
 *
 * @param mode what is done with reads at first
 * @param owning true if closing closes both sides too
 * @param meters where the metrics go
 * @param listener hears of each divergence, on a thread that must not be blocked
 */
public record DualOptions(
    DualMode mode, boolean owning, MeterRegistry meters, Consumer<Divergence> listener) {

  /** Write-through; the sides stay open; Micrometer's global registry; nobody listens. */
  public static final DualOptions DEFAULT =
      new DualOptions(DualMode.WRITE_THROUGH, false, Metrics.globalRegistry, divergence -> {});

  /** Requires all parts. */
  public DualOptions {
    Objects.requireNonNull(mode, "mode");
    Objects.requireNonNull(meters, "meters");
    Objects.requireNonNull(listener, "listener");
  }

  /** Begins in {@code first}. */
  public DualOptions withMode(DualMode first) {
    return new DualOptions(first, owning, meters, listener);
  }

  /** Closes both sides when it is closed. */
  public DualOptions owningBoth() {
    return new DualOptions(mode, true, meters, listener);
  }

  /** Measures into {@code registry}. */
  public DualOptions withMeters(MeterRegistry registry) {
    return new DualOptions(mode, owning, registry, listener);
  }

  /** Tells {@code hearer} of divergences. */
  public DualOptions onDivergence(Consumer<Divergence> hearer) {
    return new DualOptions(mode, owning, meters, hearer);
  }
}
