package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Keeps events away from the tables of a month, so that what is in them is all that will ever be. A
 * seal that a crash has left gives way to the next append.
 */
final class MonthSeal {

  private static final int ATTEMPTS = 20;

  /** Waits for who has written to the month, and stops nobody who reads. */
  private static final String SEAL =
      """
      CREATE OR REPLACE TRIGGER month_sealed BEFORE INSERT ON {schema}.{table}
        FOR EACH ROW EXECUTE FUNCTION {schema}.refuse_event()
      """;

  private static final String UNSEAL = "DROP TRIGGER IF EXISTS month_sealed ON {schema}.{table}";

  private final SqlRunner maintenance;
  private final SchemaName schema;

  /** {@code maintenance} is outside any transaction, and waits for locks only briefly. */
  MonthSeal(SqlRunner maintenance, SchemaName schema) {
    this.maintenance = maintenance;
    this.schema = schema;
  }

  /** Seals those of {@code tables} that take events; for the holder of the {@link MonthsLock}. */
  Mono<Void> seal(List<MonthTable> tables) {
    return live(tables)
        .concatMap(
            table ->
                on(table, SEAL)
                    .retryWhen(
                        Retry.backoff(ATTEMPTS, Duration.ofMillis(50))
                            .maxBackoff(Duration.ofSeconds(2))
                            .filter(UnavailableException.class::isInstance)
                            .onRetryExhaustedThrow(
                                (spec, signal) -> stillWritten(table.month(), signal.failure()))))
        .then();
  }

  /** Lets events in again, for the same; tried once, as readers would have to wait for it. */
  Mono<Void> unseal(List<MonthTable> tables) {
    return live(tables).concatMap(table -> on(table, UNSEAL)).then();
  }

  private static Flux<MonthTable> live(List<MonthTable> tables) {
    return Flux.fromIterable(tables).filter(MonthTable::isLive);
  }

  private Mono<Void> on(MonthTable table, String statement) {
    return maintenance.execute(schema.in(statement).replace("{table}", table.name()));
  }

  private static UnavailableException stillWritten(YearMonth month, Throwable cause) {
    return new UnavailableException(
        "Month "
            + month
            + " cannot be sealed while older transactions write to it: try again when they have"
            + " ended",
        cause);
  }
}
