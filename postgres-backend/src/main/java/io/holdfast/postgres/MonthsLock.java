package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Lets one process at a time take months out of a store. The lock belongs to a transaction on a
 * connection of its own that does nothing else, so that the statements it protects can run outside
 * any transaction, and so that it is free again the moment its holder is gone.
 */
final class MonthsLock {

  private static final String TRY = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 8407))";

  /** Without a statement under way the holder would else be ended as idle. */
  private static final String NEVER_IDLE = "SET LOCAL idle_in_transaction_session_timeout = 0";

  private static final int ATTEMPTS = 60;

  private final SqlRunner maintenance;
  private final Sql attempt;

  MonthsLock(SqlRunner maintenance, SchemaName schema) {
    this.maintenance = maintenance;
    this.attempt = tryTake(schema);
  }

  /** Takes the lock for a transaction if it is free; one row says whether it did. */
  static Sql tryTake(SchemaName schema) {
    return Sql.of(TRY, "holdfast months " + schema.value());
  }

  /** Runs {@code work}, which does not use the connection of the lock, while holding it. */
  <T> Mono<T> holding(Mono<T> work) {
    return maintenance
        .atomically(
            transaction ->
                transaction
                    .execute(NEVER_IDLE)
                    .then(transaction.first(attempt, row -> row.flag(0)))
                    .flatMap(taken -> taken ? work : Mono.error(Taken::new)))
        .retryWhen(
            Retry.backoff(ATTEMPTS, Duration.ofMillis(20))
                .maxBackoff(Duration.ofSeconds(1))
                .filter(Taken.class::isInstance)
                .onRetryExhaustedThrow(
                    (spec, signal) ->
                        new UnavailableException(
                            "Another process has been changing the months for a minute")));
  }

  /** Somebody else holds the lock. */
  private static final class Taken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Taken() {
      super("The months are being changed by another process", null, false, false);
    }
  }
}
