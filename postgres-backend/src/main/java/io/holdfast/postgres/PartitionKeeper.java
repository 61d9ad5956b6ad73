package io.holdfast.postgres;

import java.time.Clock;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Keeps the months of the events table: ahead of time, on demand, and in the past for imports. All
 * bounds are UTC. There is no default partition, so a missing month is noticed, never hidden.
 */
final class PartitionKeeper {

  /** How many months are made ahead of the current one. */
  static final int MONTHS_AHEAD = 3;

  private static final String EXISTING =
      """
      SELECT c.relname::text
      FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid
      WHERE i.inhparent = to_regclass($1)
      """;

  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 8407))";

  /**
   * Attaching takes a lock that lets reads and writes of the parent go on; CREATE ... PARTITION OF
   * would stop them. The constraint spares the scan, and goes when the bound takes its place.
   */
  private static final String CREATE =
      """
      SET LOCAL lock_timeout = '5s';
      CREATE TABLE {schema}.%1$s (
        LIKE {schema}.events INCLUDING ALL,
        CONSTRAINT %1$s_month CHECK (created_at >= '%2$s' AND created_at < '%3$s')
      );
      ALTER TABLE {schema}.events ATTACH PARTITION {schema}.%1$s
        FOR VALUES FROM ('%2$s') TO ('%3$s');
      ALTER TABLE {schema}.%1$s DROP CONSTRAINT %1$s_month;
      """;

  private final SqlRunner database;
  private final SchemaName schema;
  private final Clock clock;
  private final Set<YearMonth> known = ConcurrentHashMap.newKeySet();

  PartitionKeeper(SqlRunner database, SchemaName schema, Clock clock) {
    this.database = database;
    this.schema = schema;
    this.clock = clock;
  }

  /** Makes the current month and those ahead of it. */
  Mono<Void> ensureAhead() {
    YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
    return ensure(IntStream.rangeClosed(0, MONTHS_AHEAD).mapToObj(now::plusMonths).toList());
  }

  /**
   * Makes the months of {@code times} that are not there yet, and the month after the current one,
   * so that a process that keeps appending never meets the end of its partitions.
   */
  Mono<Void> ensureFor(Stream<Instant> times) {
    YearMonth next = YearMonth.now(clock.withZone(ZoneOffset.UTC)).plusMonths(1);
    return ensure(
        Stream.concat(Stream.of(next, next.minusMonths(1)), times.map(PartitionKeeper::monthOf))
            .distinct()
            .toList());
  }

  /**
   * How many months from the current one on are there without a gap; 0 if the current one is not.
   */
  Mono<Long> monthsThere() {
    YearMonth now = YearMonth.now(clock.withZone(ZoneOffset.UTC));
    return existing(database)
        .map(
            there ->
                Stream.iterate(now, month -> month.plusMonths(1))
                    .takeWhile(month -> there.contains(name(month)))
                    .count());
  }

  /** Looks again at what is there: somebody has dropped a month. */
  void forget() {
    known.clear();
  }

  private static YearMonth monthOf(Instant time) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC));
  }

  private Mono<Void> ensure(Collection<YearMonth> months) {
    if (known.containsAll(months)) {
      return Mono.empty();
    }
    return database
        .atomically(transaction -> createMissing(transaction, months))
        .then(Mono.fromRunnable(() -> known.addAll(months)));
  }

  private Mono<Void> createMissing(SqlRunner transaction, Collection<YearMonth> months) {
    return existing(transaction)
        .flatMapMany(
            there ->
                there.containsAll(names(months))
                    ? Flux.<YearMonth>empty()
                    : missingUnderLock(transaction, months))
        .concatMap(month -> transaction.execute(schema.in(script(month))))
        .then();
  }

  private Flux<YearMonth> missingUnderLock(SqlRunner transaction, Collection<YearMonth> months) {
    return transaction
        .list(Sql.of(LOCK, "holdfast partitions " + schema.value()), row -> true)
        .then(existing(transaction))
        .flatMapMany(
            there ->
                Flux.fromStream(
                    months.stream().filter(month -> !there.contains(name(month))).sorted()));
  }

  private Mono<Set<String>> existing(SqlRunner transaction) {
    return transaction
        .list(Sql.of(EXISTING, schema.in("{schema}.events")), row -> row.text(0))
        .map(TreeSet::new);
  }

  private static List<String> names(Collection<YearMonth> months) {
    return months.stream().map(PartitionKeeper::name).toList();
  }

  static String name(YearMonth month) {
    return "events_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
  }

  private static String script(YearMonth month) {
    return CREATE.formatted(name(month), bound(month), bound(month.plusMonths(1)));
  }

  private static String bound(YearMonth month) {
    return month.atDay(1) + " 00:00:00+00";
  }
}
