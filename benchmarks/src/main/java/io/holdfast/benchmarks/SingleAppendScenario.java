package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How fast are single-event appends from many callers, with versions, repeat-safety, order and
 * announcements, beside the best single-row insert rate of pgbench into an identical table?
 */
final class SingleAppendScenario implements Scenario {

  private static final int CALLERS = 1_024;
  private static final int[] CLIENTS = {1, 4, 16, 64};
  private static final int CONNECTIONS = 10;
  private static final int ROUNDS = 3;
  private static final int EVENTS = 100_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "append-single";
  }

  /** What one round of ours has shown. */
  private record Round(double rate, Histogram micros) {}

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    Pgbench pgbench = Pgbench.find();
    int seconds = quick ? 2 : 10;
    Instant at = Instant.now();
    List<JobEvent> sample = new ArrayList<>(EVENTS);
    for (int n = 0; n < EVENTS; n++) {
      sample.add(SampleEvents.event(n, at));
    }

    // Rounds alternate, so that a slow spell of the machine hits both; the first warms up, for as
    // long
    // as the compiler is busy.
    List<Round> ours = new ArrayList<>();
    Map<Integer, List<Double>> ceilings = new TreeMap<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double best = ceilings(server, pgbench, round, seconds, ceilings);
      Duration time = Duration.ofSeconds(round == 0 ? 3L * seconds : seconds);
      Round measured = ours(server, "single_" + round, sample, time);
      System.err.printf(
          "  round %d%s: %,.0f appends/s, best pgbench %,.0f/s%n",
          round, round == 0 ? " (warm-up)" : "", measured.rate(), best);
      if (round > 0) {
        ours.add(measured);
      }
    }
    return metrics(ours, ceilings);
  }

  private static double ceilings(
      Server server, Pgbench pgbench, int round, int seconds, Map<Integer, List<Double>> ceilings)
      throws Exception {
    double best = 0;
    for (int clients : CLIENTS) {
      String schema = "pgbench_" + round + "_" + clients;
      Mono<Void> made = Holdfast.open(server.url(schema, 2)).flatMap(UnifiedStorage::close);
      made.block(PATIENCE);
      server.execute("CHECKPOINT");
      double rate = pgbench.rate(server, schema, clients, seconds);
      server.execute("DROP SCHEMA " + schema + " CASCADE");
      best = Math.max(best, rate);
      if (round > 0) {
        ceilings.computeIfAbsent(clients, c -> new ArrayList<>()).add(rate);
      }
    }
    return best;
  }

  private static Round ours(Server server, String schema, List<JobEvent> events, Duration time)
      throws Exception {
    UnifiedStorage storage =
        Holdfast.open(server.url(schema, CONNECTIONS)).blockOptional().orElseThrow();
    server.execute("CHECKPOINT");
    Recorder micros = new Recorder(3);
    AtomicInteger next = new AtomicInteger();
    long start = System.nanoTime();
    long end = start + time.toNanos();
    long appends =
        Flux.range(0, CALLERS)
            .flatMap(
                caller ->
                    append(storage, events, next, micros).repeat(() -> System.nanoTime() < end),
                CALLERS)
            .count()
            .blockOptional(PATIENCE)
            .orElseThrow();
    double rate = appends * 1e9 / (System.nanoTime() - start);
    storage.close().block(PATIENCE);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
    return new Round(rate, corrected(micros.getIntervalHistogram(), rate));
  }

  /** Each caller comes back when it is answered; a pause counts for all who would have come. */
  private static Histogram corrected(Histogram micros, double rate) {
    return micros.copyCorrectedForCoordinatedOmission((long) (CALLERS * 1e6 / rate));
  }

  private static Mono<AppendResult> append(
      UnifiedStorage storage, List<JobEvent> events, AtomicInteger next, Recorder micros) {
    return Mono.defer(
        () -> {
          JobEvent event = events.get(Math.floorMod(next.getAndIncrement(), EVENTS));
          List<Event> one = List.of(event.event());
          long start = System.nanoTime();
          return storage
              .events()
              .append(event.job(), ExpectedVersion.any(), one)
              .doOnNext(result -> micros.recordValue((System.nanoTime() - start) / 1_000));
        });
  }

  private List<Metric> metrics(List<Round> rounds, Map<Integer, List<Double>> ceilings) {
    List<Metric> metrics = new ArrayList<>();
    double rate = median(rounds.stream().map(Round::rate).toList());
    double ceiling = 0;
    for (var clients : ceilings.entrySet()) {
      double median = median(clients.getValue());
      ceiling = Math.max(ceiling, median);
      String metric = "ceiling_per_second_pgbench_" + clients.getKey();
      metrics.add(new Metric(name(), metric, median, "rows/s"));
    }
    Histogram micros = new Histogram(3);
    rounds.forEach(round -> micros.add(round.micros()));
    metrics.add(0, new Metric(name(), "operations_per_second", rate, "appends/s"));
    metrics.add(1, new Metric(name(), "ceiling_per_second", ceiling, "rows/s"));
    metrics.add(2, new Metric(name(), "ratio_to_ceiling", rate / ceiling, "ratio"));
    metrics.add(new Metric(name(), "p50_ms", micros.getValueAtPercentile(50) / 1_000.0, "ms"));
    metrics.add(new Metric(name(), "p99_ms", micros.getValueAtPercentile(99) / 1_000.0, "ms"));
    metrics.add(new Metric(name(), "p999_ms", micros.getValueAtPercentile(99.9) / 1_000.0, "ms"));
    return metrics;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
