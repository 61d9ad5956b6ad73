package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
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

  /** Removes everything there is of {@code month}; for the holder of the {@link MonthsLock}. */
  Mono<Void> remove(YearMonth month) {
    return repeat(month, all -> nextStep(all, month));
  }

  /** Takes {@code month} out of the events, and keeps its table; for the same. */
  Mono<Void> detach(YearMonth month) {
    return repeat(month, all -> nextDetach(all, month));
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

  private Optional<String> nextStep(List<MonthTable> all, YearMonth month) {
    return nextDetach(all, month)
        .or(() -> first(all, table -> table.month().equals(month)).map(table -> on(table, DROP)));
  }

  /** Only one partition at a time can be on its way out: one that is left over comes first. */
  private Optional<String> nextDetach(List<MonthTable> all, YearMonth month) {
    return first(all, MonthTable::pending)
        .map(table -> on(table, FINALIZE))
        .or(
            () ->
                first(all, table -> table.attached() && table.month().equals(month))
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
