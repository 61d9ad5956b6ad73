package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.StartFrom;
import java.io.IOException;
import java.io.OutputStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import reactor.core.publisher.Flux;

/**
 * How fast does a subscription replay what is there, beside {@code COPY ... TO STDOUT} of the same
 * columns of the same table with pgjdbc's CopyManager, which makes no objects of them?
 */
final class CatchUpScenario implements Scenario {

  private static final int ROUNDS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final String SCHEMA = "catch_up";

  @Override
  public String name() {
    return "catch-up";
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    int events = quick ? 200_000 : 1_000_000;
    UnifiedStorage storage =
        Holdfast.open(server.url(SCHEMA, 4)).blockOptional(PATIENCE).orElseThrow();
    Instant at = Instant.now();
    storage
        .events()
        .appendAll(Flux.range(0, events).map(n -> SampleEvents.event(n, at)))
        .blockLast(PATIENCE);
    server.execute("VACUUM ANALYZE " + SCHEMA + ".events");
    server.execute("CHECKPOINT");

    List<Double> ours = new ArrayList<>();
    List<Double> ceiling = new ArrayList<>();
    for (int round = 0; round <= ROUNDS; round++) {
      double ceilingRate = events / seconds(copy(server, events));
      double rate = events / seconds(replay(storage, events));
      System.err.printf(
          "  round %d%s: %,.0f events/s, ceiling %,.0f/s%n",
          round, round == 0 ? " (warm-up)" : "", rate, ceilingRate);
      if (round > 0) {
        ours.add(rate);
        ceiling.add(ceilingRate);
      }
    }
    storage.close().block(PATIENCE);
    return List.of(
        new Metric(name(), "events_per_second", median(ours), "events/s"),
        new Metric(name(), "ceiling_per_second", median(ceiling), "events/s"),
        new Metric(name(), "ratio_to_ceiling", median(ours) / median(ceiling), "ratio"));
  }

  private static Duration replay(UnifiedStorage storage, int events) {
    long start = System.nanoTime();
    long seen =
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .take(events)
            .count()
            .blockOptional(PATIENCE)
            .orElseThrow();
    requireAll(seen, events);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration copy(Server server, int events) throws SQLException, IOException {
    try (Connection connection = server.jdbc()) {
      long start = System.nanoTime();
      long rows =
          connection
              .unwrap(PGConnection.class)
              .getCopyAPI()
              .copyOut(
                  "COPY (SELECT position, job_id, version, created_at, event_type, event_id,"
                      + " correlation_id, agent_id, data FROM "
                      + SCHEMA
                      + ".events) TO STDOUT",
                  OutputStream.nullOutputStream());
      requireAll(rows, events);
      return Duration.ofNanos(System.nanoTime() - start);
    }
  }

  private static void requireAll(long seen, int events) {
    if (seen != events) {
      throw new IllegalStateException(seen + " of " + events + " events were read");
    }
  }

  private static double seconds(Duration duration) {
    return duration.toNanos() / 1e9;
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
