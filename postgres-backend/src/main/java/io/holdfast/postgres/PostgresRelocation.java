package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * Where the store has moved to is in its one row, and triggers on all tables of data refuse what
 * would be written from then on.
 */
final class PostgresRelocation implements Relocation {

  private static final String STORE_ID = "SELECT store_id FROM {schema}.store WHERE $1";

  private static final String FIND =
      "SELECT moved FROM {schema}.store WHERE $1 AND moved IS NOT NULL";

  private static final String MARK = "SELECT {schema}.mark_as_moved($1::jsonb)";

  /** No table and no month is made meanwhile: it would have no trigger. */
  private static final String LOCK =
      """
      SELECT pg_advisory_xact_lock(hashtextextended('holdfast schema ' || $1, 8407)),
        pg_advisory_xact_lock(hashtextextended('holdfast partitions ' || $1, 8407))
      """;

  private static final String LIMITS =
      "SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = 0";

  private static final String TABLES =
      "SELECT t::text FROM {schema}.tables_of_data() AS t WHERE $1";

  /** In the mode that the function wants; an autovacuum that is in the way is ended by that. */
  private static final String WAIT = "LOCK TABLE ONLY %s IN SHARE ROW EXCLUSIVE MODE";

  /** How long one lock is waited for; long enough for the server to end an autovacuum. */
  static final Duration PATIENCE = Duration.ofSeconds(2);

  private static final int ATTEMPTS = 5;

  private static final RetryBackoffSpec AGAIN =
      Retry.backoff(ATTEMPTS - 1L, Duration.ofMillis(50))
          .maxBackoff(Duration.ofSeconds(1))
          .filter(error -> error instanceof MonthsTaken || SqlErrors.isLockTimeout(error));

  private final Database database;
  private final SchemaName schema;
  private final String limits;

  PostgresRelocation(Database database, SchemaName schema, Duration patience) {
    this.database = database;
    this.schema = schema;
    this.limits = LIMITS.formatted(patience.toMillis());
  }

  @Override
  public Mono<String> storeId() {
    return database.first(Sql.of(schema.in(STORE_ID), true), row -> row.text(0));
  }

  @Override
  public Mono<Moved> find() {
    return find(database, schema);
  }

  private static Mono<Moved> find(SqlRunner runner, SchemaName schema) {
    return runner.first(Sql.of(schema.in(FIND), true), row -> Moved.decode(row.json(0)));
  }

  /** Fails if the store has moved; for whoever would write to it. */
  static Mono<Void> requireHere(SqlRunner runner, SchemaName schema) {
    return find(runner, schema)
        .flatMap(moved -> Mono.error(() -> SqlErrors.moved(schema.value(), moved, null)));
  }

  @Override
  public Mono<Moved> moveTo(Moved moved) {
    Objects.requireNonNull(moved, "moved");
    return mark(moved.encode())
        .flatMap(
            noted ->
                noted.isToSameAs(moved)
                    ? Mono.just(noted)
                    : Mono.error(
                        () ->
                            new ConflictException(
                                "Schema", schema.value(), "here", "moved to " + noted.to())));
  }

  @Override
  public Mono<Moved> takeBack() {
    return mark(null);
  }

  private Mono<Moved> mark(@Nullable Json mark) {
    return database.outside(
        Mono.defer(() -> database.atomically(tx -> mark(tx, mark)))
            .onErrorResume(SqlErrors::isLockTimeout, busy -> waitForAll().then(Mono.error(busy)))
            .retryWhen(AGAIN.onRetryExhaustedThrow((spec, signal) -> inUse(signal.failure()))));
  }

  private Mono<Moved> mark(SqlRunner tx, @Nullable Json mark) {
    return tx.execute(limits)
        .then(Mono.defer(() -> tx.list(Sql.of(LOCK, schema.value()), row -> true)))
        .then(mark == null ? Mono.empty() : Mono.defer(() -> requireNoRemoval(tx)))
        .then(
            Mono.defer(
                () ->
                    tx.list(
                        Sql.of(schema.in(MARK), Sql.jsonOrNull(mark)),
                        row -> row.isNull(0) ? Json.EMPTY : row.json(0))))
        .flatMap(rows -> Mono.justOrEmpty(decoded(rows.get(0))));
  }

  /** Months are taken out by DDL, which no trigger sees: that is over before, or begins after. */
  private Mono<Void> requireNoRemoval(SqlRunner tx) {
    return tx.first(MonthsLock.tryTake(schema), row -> row.flag(0))
        .filter(free -> !free)
        .flatMap(taken -> Mono.error(MonthsTaken::new));
  }

  /** A month is being taken out. */
  private static final class MonthsTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MonthsTaken() {
      super("a month is being taken out", null, false, false);
    }
  }

  private static @Nullable Moved decoded(Json mark) {
    return mark.equals(Json.EMPTY) ? null : Moved.decode(mark);
  }

  /**
   * For whoever has a table in hand: one after the other, and none is held while another one is
   * waited for. Whoever is at work for longer is in the way the next time, too.
   */
  private Mono<Void> waitForAll() {
    return database
        .list(Sql.of(schema.in(TABLES), true), row -> row.text(0))
        .flatMapMany(Flux::fromIterable)
        .concatMap(table -> waitFor(table), 1)
        .then();
  }

  private Mono<Void> waitFor(String table) {
    return database.atomically(
        tx -> tx.execute(limits).then(Mono.defer(() -> tx.execute(WAIT.formatted(table)))));
  }

  private UnavailableException inUse(Throwable busy) {
    return new UnavailableException(
        "Schema %s is in use: stop what works on it, and try again (%s)"
            .formatted(schema.value(), busy.getMessage()),
        busy);
  }
}
