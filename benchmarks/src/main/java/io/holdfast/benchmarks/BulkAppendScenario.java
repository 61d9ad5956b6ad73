package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.JobEvent;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How fast is a bulk append with versions, repeat-safety, order and announcements, beside a raw
 * COPY of the same rows into an identical table with as many connections?
 */
final class BulkAppendScenario implements Scenario {

  private static final int LANES = 2;
  private static final int CHUNK = 10_000;
  private static final int ROUNDS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @Override
  public String name() {
    return "append";
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    int events = quick ? 100_000 : 500_000;
    Instant at = Instant.now();
    List<JobEvent> sample = new ArrayList<>(events);
    for (int n = 0; n < events; n++) {
      sample.add(SampleEvents.event(n, at));
    }
    List<List<byte[]>> raw = rawLanes(sample);

    // Rounds alternate, so that a slow spell of the machine hits both; the first warms up.
    List<Double> ours = new ArrayList<>();
    List<Double> ceiling = new ArrayList<>();
    Histogram chunks = new Histogram(3);
    for (int round = 0; round <= ROUNDS; round++) {
      double ceilingRate = events / seconds(ceiling(server, "raw_" + round, raw));
      double rate = events / seconds(ours(server, "ours_" + round, sample, chunks, round > 0));
      System.err.printf(
          "  round %d%s: %,.0f events/s, ceiling %,.0f/s%n",
          round, round == 0 ? " (warm-up)" : "", rate, ceilingRate);
      if (round > 0) {
        ours.add(rate);
        ceiling.add(ceilingRate);
      }
    }
    return metrics(median(ours), median(ceiling), chunks);
  }

  private static Duration ceiling(Server server, String schema, List<List<byte[]>> lanes)
      throws Exception {
    Mono<Void> made = Holdfast.open(server.url(schema, 2)).flatMap(UnifiedStorage::close);
    made.block(PATIENCE);
    server.execute("CHECKPOINT");
    Duration took = RawCopy.send(server, schema, lanes);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
    return took;
  }

  private static Duration ours(
      Server server, String schema, List<JobEvent> events, Histogram chunks, boolean record)
      throws Exception {
    UnifiedStorage storage =
        Holdfast.open(server.url(schema, 2 * LANES)).blockOptional().orElseThrow();
    server.execute("CHECKPOINT");
    long start = System.nanoTime();
    long[] last = {start};
    storage
        .events()
        .appendAll(Flux.fromIterable(events))
        .doOnNext(
            progress -> {
              long now = System.nanoTime();
              if (record) {
                chunks.recordValue((now - last[0]) / 1_000);
              }
              last[0] = now;
            })
        .blockLast(PATIENCE);
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    storage.close().block(PATIENCE);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
    return took;
  }

  private static List<List<byte[]>> rawLanes(List<JobEvent> events) throws IOException {
    List<List<byte[]>> lanes = new ArrayList<>();
    for (int lane = 0; lane < LANES; lane++) {
      lanes.add(new ArrayList<>());
    }
    for (int from = 0; from < events.size(); from += CHUNK) {
      List<JobEvent> chunk = events.subList(from, Math.min(from + CHUNK, events.size()));
      lanes.get(from / CHUNK % LANES).add(RawCopy.encode(chunk, from + 1L));
    }
    return lanes;
  }

  private List<Metric> metrics(double rate, double ceiling, Histogram chunks) {
    return List.of(
        new Metric(name(), "events_per_second", rate, "events/s"),
        new Metric(name(), "ceiling_per_second", ceiling, "events/s"),
        new Metric(name(), "ratio_to_ceiling", rate / ceiling, "ratio"),
        new Metric(name(), "p50_ms", chunks.getValueAtPercentile(50) / 1_000.0, "ms a chunk"),
        new Metric(name(), "p99_ms", chunks.getValueAtPercentile(99) / 1_000.0, "ms a chunk"),
        new Metric(name(), "p999_ms", chunks.getValueAtPercentile(99.9) / 1_000.0, "ms a chunk"));
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
