package io.holdfast.benchmarks;

import java.time.Duration;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers, each of which asks, waits for the answer, and asks again. */
final class ClosedLoop {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private ClosedLoop() {}

  /**
   * How long the answers took, in microseconds. A caller that waits for long asks less often: what
   * it would have asked meanwhile counts as well, at the mean pace of a caller.
   */
  static Histogram run(int callers, Duration time, IntFunction<Mono<?>> ask) {
    Recorder micros = new Recorder(3);
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long answers =
        Flux.range(0, callers)
            .flatMap(
                caller -> timed(ask, caller, micros).repeat(() -> System.nanoTime() - end < 0),
                callers)
            .count()
            .blockOptional(PATIENCE)
            .orElseThrow();
    double microsOfOne = (System.nanoTime() - start) / 1e3 * callers / answers;
    return micros
        .getIntervalHistogram()
        .copyCorrectedForCoordinatedOmission(Math.max(1, (long) microsOfOne));
  }

  private static Mono<Integer> timed(IntFunction<Mono<?>> ask, int caller, Recorder micros) {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return ask.apply(caller)
              .then(
                  Mono.fromCallable(
                      () -> {
                        micros.recordValue((System.nanoTime() - start) / 1_000);
                        return caller;
                      }));
        });
  }
}
