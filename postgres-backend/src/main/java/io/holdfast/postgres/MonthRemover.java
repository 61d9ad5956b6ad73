package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Takes a month out of the events table without stopping anybody. Each step is one statement of its
 * own, on a connection that gives up waiting for a lock after a short while: while it waits, nobody
 * else could make a month. What is left of a broken-off removal is a state like any other, and the
 * next step goes on from there.
 */
final class MonthRemover {

  /** How long all attempts together take at most: about a minute. */
  private static final int ATTEMPTS = 20;

  private static final String DETACH =
      "ALTER TABLE {schema}.events DETACH PARTITION {schema}.{table} CONCURRENTLY";

  private static final String FINALIZE =
      "ALTER TABLE {schema}.events DETACH PARTITION {schema}.{table} FINALIZE";

  private static final String DROP = "DROP TABLE IF EXISTS {schema}.{table}";

  private final SqlRunner maintenance;
  private final SchemaName schema;
  private final MonthTables tables;

  /** {@code maintenance} is outside any transaction, and waits for locks only briefly. */
  MonthRemover(SqlRunner maintenance, SchemaName schema) {
    this.maintenance = maintenance;
    this.schema = schema;
    this.tables = new MonthTables(maintenance, schema);
  }

  /**
   * Removes these tables of {@code month}; for the holder of the {@link MonthsLock}. These and no
   * others: once the last is gone, the next append makes the month anew.
   */
  Mono<Void> remove(YearMonth month, List<MonthTable> tables) {
    return repeat(month, all -> nextStep(all, oids(tables)));
  }

  /** Finishes a detach of {@code month} that was broken off; nobody writes to its table then. */
  Mono<Void> finish(YearMonth month) {
    return repeat(
        month,
        all ->
            first(all, table -> table.pending() && table.month().equals(month))
                .map(table -> on(table, FINALIZE)));
  }

  /** Takes these tables of {@code month} out of the events, and keeps them; for the same. */
  Mono<Void> detach(YearMonth month, List<MonthTable> tables) {
    return repeat(month, all -> nextDetach(all, oids(tables)));
  }

  private static Set<Long> oids(List<MonthTable> tables) {
    return tables.stream().map(MonthTable::oid).collect(Collectors.toSet());
  }

  private Mono<Void> repeat(
      YearMonth month, Function<List<MonthTable>, Optional<String>> chooseStep) {
    return Mono.defer(tables::all)
        .flatMap(
            all ->
                chooseStep
                    .apply(all)
                    .map(step -> maintenance.execute(step).thenReturn(true))
                    .orElse(Mono.just(false)))
        .repeat()
        .takeWhile(hasChanged -> hasChanged)
        .then()
        .retryWhen(
            Retry.backoff(ATTEMPTS, Duration.ofMillis(50))
                .maxBackoff(Duration.ofSeconds(2))
                .filter(UnavailableException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> stillInUse(month, signal.failure())));
  }

  private Optional<String> nextStep(List<MonthTable> all, Set<Long> wanted) {
    return nextDetach(all, wanted)
        .or(() -> first(all, table -> wanted.contains(table.oid())).map(table -> on(table, DROP)));
  }

  /** Only one partition at a time can be on its way out: one that is left over comes first. */
  private Optional<String> nextDetach(List<MonthTable> all, Set<Long> wanted) {
    return first(all, MonthTable::pending)
        .map(table -> on(table, FINALIZE))
        .or(
            () ->
                first(all, table -> table.attached() && wanted.contains(table.oid()))
                    .map(table -> on(table, DETACH)));
  }

  private static Optional<MonthTable> first(List<MonthTable> all, Predicate<MonthTable> isWanted) {
    return all.stream().filter(isWanted).findFirst();
  }

  private String on(MonthTable table, String statement) {
    return schema.in(statement).replace("{table}", table.name());
  }

  private static UnavailableException stillInUse(YearMonth month, Throwable cause) {
    return new UnavailableException(
        "Month "
            + month
            + " cannot be detached while older transactions use the events: try again when they"
            + " have ended",
        cause);
  }
}
