package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import io.holdfast.UnavailableException;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventMonth;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Keeps the months of the events table: ahead of time, on demand, and in the past for imports. All
 * bounds are UTC. There is no default partition, so a missing month is noticed, never hidden.
 */
final class PartitionKeeper {

  /** How many months are made ahead of the current one. */
  static final int MONTHS_AHEAD = 3;

  /** How many months one append may make; odd times must not make thousands of tables. */
  static final int MONTHS_AT_ONCE = EventBatch.MONTHS_MAX;

  /** So few at a time that the locks of a transaction suffice. */
  private static final int MONTHS_IN_TRANSACTION = 60;

  /** How often to look whether a month that is on its way out has gone: for about half a minute. */
  private static final int BUSY_ATTEMPTS = 70;

  private static final String LOCK_PATIENCE = "SET LOCAL lock_timeout = '5s'";

  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 8407))";

  private static final String FINALIZE =
      "ALTER TABLE {schema}.events DETACH PARTITION {schema}.%s FINALIZE";

  private static final String UNSEAL = "DROP TRIGGER IF EXISTS month_sealed ON {schema}.%s";

  private static final String MAKE_WAY = "ALTER TABLE {schema}.%s RENAME TO %s_detached_%d";

  /**
   * Attaching takes a lock that lets reads and writes of the parent go on; CREATE ... PARTITION OF
   * would stop them. The constraint spares the scan, and goes when the bound takes its place.
   */
  private static final String CREATE =
      """
      CREATE TABLE {schema}.%1$s (
        LIKE {schema}.events INCLUDING ALL,
        CONSTRAINT %1$s_month CHECK (created_at >= '%2$s' AND created_at < '%3$s')
      );
      SELECT {schema}.sample_lightly('{schema}.%1$s');
      ALTER TABLE {schema}.events ATTACH PARTITION {schema}.%1$s
        FOR VALUES FROM ('%2$s') TO ('%3$s');
      ALTER TABLE {schema}.%1$s DROP CONSTRAINT %1$s_month;
      """;

  private final SqlRunner database;
  private final SchemaName schema;
  private final Clock clock;
  private final Set<YearMonth> known = ConcurrentHashMap.newKeySet();
  private volatile YearMonth madeUpTo;

  PartitionKeeper(SqlRunner database, SchemaName schema, Clock clock) {
    this.database = database;
    this.schema = schema;
    this.clock = clock;
    this.madeUpTo = thisMonth();
  }

  /** Makes the current month and those ahead of it. */
  Mono<Void> ensureAhead() {
    YearMonth now = thisMonth();
    List<YearMonth> months =
        IntStream.rangeClosed(0, MONTHS_AHEAD).mapToObj(now::plusMonths).toList();
    return ensure(months, MONTHS_AT_ONCE)
        .then(Mono.fromRunnable(() -> madeUpTo = now.plusMonths(months.size())));
  }

  /**
   * Makes the months of {@code times} that are not there yet, and the month after the current one,
   * so that a process that keeps appending never meets the end of its partitions. Fails with {@link
   * InvalidInputException} when those are more than one append may make.
   */
  Mono<Void> ensureFor(Stream<Instant> times) {
    return ensure(withCurrent(times), MONTHS_AT_ONCE);
  }

  /** As {@link #ensureFor}; fails with {@link WouldWait} if one of them is being taken out. */
  Mono<Void> ensureInPassing(Stream<Instant> times) {
    return ensureOnce(withCurrent(times), MONTHS_AT_ONCE)
        .onErrorMap(OnItsWayOut.class, WouldWait::new);
  }

  /** As {@link #ensureFor}, for events that are copied: there may be any number of months. */
  Mono<Void> ensureForCopy(Stream<Instant> times) {
    return ensure(withCurrent(times), Integer.MAX_VALUE);
  }

  private List<YearMonth> withCurrent(Stream<Instant> times) {
    YearMonth next = thisMonth().plusMonths(1);
    return Stream.concat(Stream.of(next, next.minusMonths(1)), times.map(EventMonth::of))
        .distinct()
        .toList();
  }

  /** Makes {@code month} if it is not there. */
  Mono<Void> create(YearMonth month) {
    known.remove(month);
    return ensure(List.of(month), 1);
  }

  /**
   * How many months from the current one on are there without a gap; 0 if the current one is not.
   */
  Mono<Long> monthsThere() {
    YearMonth now = thisMonth();
    return open(database)
        .map(
            there ->
                Stream.iterate(now, month -> month.plusMonths(1))
                    .takeWhile(there::contains)
                    .count())
        .doOnNext(months -> madeUpTo = now.plusMonths(months));
  }

  /** For how many days from now on events find their month, as far as is known. */
  long runwayDays() {
    Instant end = madeUpTo.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    return Math.max(0, Duration.between(clock.instant(), end).toDays());
  }

  YearMonth thisMonth() {
    return EventMonth.of(clock.instant());
  }

  /** Looks again at what is there: somebody has dropped a month. */
  void forget() {
    known.clear();
  }

  private Mono<Void> ensure(List<YearMonth> months, int most) {
    return ensureOnce(months, most)
        .retryWhen(
            Retry.backoff(BUSY_ATTEMPTS, Duration.ofMillis(25))
                .maxBackoff(Duration.ofMillis(500))
                .filter(OnItsWayOut.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> stillThere(signal.failure())));
  }

  private Mono<Void> ensureOnce(List<YearMonth> months, int most) {
    if (known.containsAll(months)) {
      return Mono.empty();
    }
    return open(database)
        .map(there -> months.stream().filter(month -> !there.contains(month)).sorted().toList())
        .flatMapMany(
            missing ->
                missing.size() > most
                    ? Flux.error(() -> tooMany(missing))
                    : Flux.fromIterable(missing).buffer(MONTHS_IN_TRANSACTION))
        .concatMap(this::make)
        .then(Mono.fromRunnable(() -> known.addAll(months)));
  }

  private static InvalidInputException tooMany(List<YearMonth> missing) {
    return new InvalidInputException(
        "event times",
        "they would make %d months, from %s to %s; one append makes at most %d"
            .formatted(
                missing.size(), missing.get(0), missing.get(missing.size() - 1), MONTHS_AT_ONCE));
  }

  private Mono<Void> make(List<YearMonth> months) {
    return database.atomically(transaction -> makeUnderLock(transaction, months));
  }

  private Mono<Void> makeUnderLock(SqlRunner transaction, List<YearMonth> months) {
    return alone(transaction)
        .then(new MonthTables(transaction, schema).all())
        .flatMapMany(
            tables ->
                Flux.fromIterable(months).concatMap(month -> make(transaction, month, tables)))
        .then();
  }

  /**
   * From here to its end, nobody but {@code transaction} makes months, and the store stays here.
   */
  Mono<Void> alone(SqlRunner transaction) {
    return transaction
        .execute(LOCK_PATIENCE)
        .then(transaction.list(Sql.of(LOCK, "holdfast partitions " + schema.value()), row -> true))
        .then(PostgresRelocation.requireHere(transaction, schema));
  }

  private Mono<Void> make(SqlRunner transaction, YearMonth month, List<MonthTable> tables) {
    Mono<Void> create = Mono.defer(() -> transaction.execute(schema.in(script(month))));
    return named(tables, MonthTable.name(month))
        .map(table -> table.isOpen() ? Mono.<Void>empty() : makeRoom(transaction, table, create))
        .orElse(create);
  }

  /**
   * A table that is being archived or detached is waited for while somebody is at it. One that is
   * left over takes events again, or steps aside with all that is in it; which of them, is looked
   * up again now that nobody else can change it.
   */
  private Mono<Void> makeRoom(SqlRunner transaction, MonthTable table, Mono<Void> create) {
    return transaction
        .first(MonthsLock.tryTake(schema), row -> row.flag(0))
        .flatMap(
            isNobodyAtIt ->
                isNobodyAtIt
                    ? new MonthTables(transaction, schema).all()
                    : Mono.error(() -> new OnItsWayOut(table)))
        .flatMap(
            tables ->
                named(tables, table.name())
                    .map(left -> takeOver(transaction, left, create))
                    .orElse(create));
  }

  private Mono<Void> takeOver(SqlRunner transaction, MonthTable left, Mono<Void> create) {
    if (left.isOpen()) {
      return Mono.empty();
    }
    return left.isLive()
        ? transaction.execute(schema.in(UNSEAL.formatted(left.name())))
        : makeWay(transaction, left).then(create);
  }

  private static Optional<MonthTable> named(List<MonthTable> tables, String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  private Mono<Void> makeWay(SqlRunner transaction, MonthTable table) {
    String rename = MAKE_WAY.formatted(table.name(), table.name(), table.oid());
    return Mono.just(table)
        .filter(MonthTable::pending)
        .flatMap(left -> transaction.execute(schema.in(FINALIZE.formatted(left.name()))))
        .then(Mono.defer(() -> transaction.execute(schema.in(rename))));
  }

  /** The months that take events. */
  private Mono<Set<YearMonth>> open(SqlRunner runner) {
    return new MonthTables(runner, schema)
        .all()
        .map(
            tables ->
                tables.stream()
                    .filter(MonthTable::isOpen)
                    .map(MonthTable::month)
                    .collect(Collectors.toSet()));
  }

  private static UnavailableException stillThere(Throwable busy) {
    return new UnavailableException(String.valueOf(busy.getMessage()), busy);
  }

  /** The SQL that makes {@code month}. */
  static String script(YearMonth month) {
    return CREATE.formatted(MonthTable.name(month), bound(month), bound(month.plusMonths(1)));
  }

  /** Where {@code month} begins, as the server takes it. */
  static String bound(YearMonth month) {
    return month.atDay(1) + " 00:00:00+00";
  }

  /** A month that is needed is being detached by another process. */
  private static final class OnItsWayOut extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OnItsWayOut(MonthTable table) {
      super("Month " + table.month() + " is being taken out: append again", null, false, false);
    }
  }
}
