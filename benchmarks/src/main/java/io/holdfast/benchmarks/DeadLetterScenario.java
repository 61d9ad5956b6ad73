package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.DeadLetter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;

/**
 * How many dead letters a second are claimed and finished, in batches of 100, by eight claimers of
 * which some die, with leases, tokens and a result for each item? Beside it, bare statements over
 * the same tables. Fails if an item is held twice, done twice, or lost.
 */
final class DeadLetterScenario implements Scenario {

  private static final int ROUNDS = 3;
  private static final int LOAD = 1_000;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final List<Round> ours = new ArrayList<>();
  private final List<Double> ceiling = new ArrayList<>();
  private final Histogram claims = new Histogram(3);
  private final Histogram settlements = new Histogram(3);

  @Override
  public String name() {
    return "dead-letters";
  }

  /** What one round of ours has shown. */
  private record Round(double rate, double walBytes, int deaths, long again) {}

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    int items = quick ? 20_000 : 200_000;
    // Rounds alternate, so that a slow spell of the machine hits both; the first warms up.
    for (int round = 0; round <= ROUNDS; round++) {
      double bare = ceiling(server, "bare_" + round, items);
      Round measured = ours(server, "ours_" + round, items, round > 0);
      System.err.printf(
          "  round %d%s: %,.0f items/s, ceiling %,.0f/s; %d died, %,d claimed again,"
              + " %.0f bytes of WAL an item%n",
          round,
          round == 0 ? " (warm-up)" : "",
          measured.rate(),
          bare,
          measured.deaths(),
          measured.again(),
          measured.walBytes());
      if (round > 0) {
        ours.add(measured);
        ceiling.add(bare);
      }
    }
    return metrics();
  }

  private double ceiling(Server server, String schema, int items) throws Exception {
    UnifiedStorage storage = filled(server, schema, items);
    long start = System.nanoTime();
    long finished = new BareClaims(server, schema).run();
    double rate = items * 1e9 / (System.nanoTime() - start);
    if (finished != items) {
      throw new IllegalStateException("Finished " + finished + " of " + items);
    }
    drop(server, storage, schema);
    return rate;
  }

  private Round ours(Server server, String schema, int items, boolean counts) throws Exception {
    UnifiedStorage storage = filled(server, schema, items);
    Claimers claimers = new Claimers(storage, items);
    long before = walBytes(server);
    long start = System.nanoTime();
    claimers.run().block(PATIENCE);
    double rate = items * 1e9 / (System.nanoTime() - start);
    double walBytes = (double) (walBytes(server) - before) / items;
    long left = storage.transfer(DeadLetter.KIND).count().blockOptional(PATIENCE).orElseThrow();
    if (claimers.witness().done() != items || left != 0) {
      throw new IllegalStateException(
          "Done " + claimers.witness().done() + " of " + items + ", left " + left);
    }
    if (claimers.deaths() == 0 || claimers.witness().again() == 0) {
      throw new IllegalStateException("Nobody died");
    }
    if (counts) {
      claims.add(claimers.claimMicros().getIntervalHistogram());
      settlements.add(claimers.settleMicros().getIntervalHistogram());
    }
    drop(server, storage, schema);
    return new Round(rate, walBytes, claimers.deaths(), claimers.witness().again());
  }

  private static UnifiedStorage filled(Server server, String schema, int items)
      throws SQLException {
    UnifiedStorage storage =
        Holdfast.open(server.url(schema, Claimers.COUNT)).blockOptional(PATIENCE).orElseThrow();
    Instant at = Instant.now().minus(Duration.ofDays(1));
    Flux.range(0, items)
        .map(n -> SampleLetters.letter(n, at))
        .buffer(LOAD)
        .map(batch -> batch.stream().sorted(DeadLetter.KIND.order()).toList())
        .concatMap(batch -> storage.transfer(DeadLetter.KIND).load(batch), 1)
        .blockLast(PATIENCE);
    server.execute("VACUUM ANALYZE " + schema + ".dead_letter_states");
    server.execute("VACUUM ANALYZE " + schema + ".dead_letters");
    server.execute("CHECKPOINT");
    return storage;
  }

  private static void drop(Server server, UnifiedStorage storage, String schema)
      throws SQLException {
    storage.close().block(PATIENCE);
    server.execute("DROP SCHEMA " + schema + " CASCADE");
  }

  private static long walBytes(Server server) throws SQLException {
    try (Connection connection = server.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_current_wal_insert_lsn() - '0/0'::pg_lsn")) {
      row.next();
      return row.getLong(1);
    }
  }

  private List<Metric> metrics() {
    double rate = median(ours.stream().map(Round::rate).toList());
    double bare = median(ceiling);
    return List.of(
        new Metric(name(), "items_per_second", rate, "items/s"),
        new Metric(name(), "ceiling_per_second", bare, "items/s"),
        new Metric(name(), "ratio_to_ceiling", rate / bare, "ratio"),
        new Metric(
            name(),
            "wal_bytes_per_item",
            median(ours.stream().map(Round::walBytes).toList()),
            "bytes"),
        new Metric(
            name(),
            "claimed_again",
            median(ours.stream().map(round -> (double) round.again()).toList()),
            "items"),
        millis("p50_ms_claim", claims, 50),
        millis("p99_ms_claim", claims, 99),
        millis("p50_ms_settle", settlements, 50),
        millis("p99_ms_settle", settlements, 99));
  }

  private Metric millis(String metric, Histogram micros, double percentile) {
    return new Metric(name(), metric, micros.getValueAtPercentile(percentile) / 1_000.0, "ms");
  }

  private static double median(List<Double> values) {
    return values.stream().sorted().toList().get(values.size() / 2);
  }
}
