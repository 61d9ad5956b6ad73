package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.Paging;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.time.Instant;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Locks as rows; every decision is by the database's clock. */
final class PostgresLockStore implements LockStore {

  private static final int RACES = 10;

  /**
   * Takes a lock that is free, or prolongs one that this owner holds. The time is part of the row
   * that is offered, so that the condition names no clock; the clock is read before waiting for the
   * row, which can only make a lease shorter than it may be.
   */
  private static final String ACQUIRE =
      """
      INSERT INTO {schema}.locks AS l (lock_name, token, owner, asked_at, expires_at)
      VALUES ($1, 1, $2, statement_timestamp(), statement_timestamp() + $3::bigint * interval '1 microsecond')
      ON CONFLICT (lock_name) DO UPDATE
      SET token = CASE
            WHEN l.owner = excluded.owner AND l.expires_at > excluded.asked_at
            THEN l.token ELSE l.token + 1 END,
          owner = excluded.owner, asked_at = excluded.asked_at, expires_at = excluded.expires_at
      WHERE l.owner IS NULL OR l.owner = excluded.owner OR l.expires_at <= excluded.asked_at
      RETURNING token, expires_at
      """;

  private static final String HOLDER =
      """
      SELECT owner, token, expires_at
      FROM {schema}.locks
      WHERE lock_name = $1 AND owner IS NOT NULL AND expires_at > statement_timestamp()
      """;

  private static final String RENEW =
      """
      UPDATE {schema}.locks
      SET expires_at = statement_timestamp() + $4::bigint * interval '1 microsecond', asked_at = statement_timestamp()
      WHERE lock_name = $1 AND token = $2 AND owner = $3 AND expires_at > statement_timestamp()
      RETURNING expires_at
      """;

  private static final String RELEASE =
      """
      UPDATE {schema}.locks
      SET owner = NULL, expires_at = least(expires_at, statement_timestamp())
      WHERE lock_name = $1 AND token = $2 AND owner = $3
      """;

  /** The next token is taken, so that a fenced transaction under the ended lease cannot commit. */
  private static final String FORCE_RELEASE =
      """
      UPDATE {schema}.locks
      SET owner = NULL, token = token + 1, expires_at = least(expires_at, statement_timestamp())
      WHERE lock_name = $1 AND owner IS NOT NULL
      """;

  private static final String FIND =
      """
      SELECT lock_name, token, owner, expires_at
      FROM {schema}.locks
      WHERE lock_name = $1
      """;

  private static final String LIST =
      """
      SELECT lock_name, token, owner, expires_at
      FROM {schema}.locks
      WHERE owner IS NOT NULL AND expires_at > statement_timestamp()
      ORDER BY lock_name
      LIMIT $1
      """;

  /**
   * A takeover, which changes the token, waits for the transaction that checks; a renewal does not.
   */
  private static final String FENCE =
      """
      SELECT true
      FROM {schema}.locks
      WHERE lock_name = $1 AND token = $2 AND owner = $3
      FOR KEY SHARE
      """;

  private final SqlRunner runner;
  private final SqlRunner control;
  private final SchemaName schema;

  /** Taking over may wait, and runs on {@code runner}; renewing never does, on {@code control}. */
  PostgresLockStore(SqlRunner runner, SqlRunner control, SchemaName schema) {
    this.runner = runner;
    this.control = control;
    this.schema = schema;
  }

  PostgresLockStore(SqlRunner transaction, SchemaName schema) {
    this(transaction, transaction, schema);
  }

  /** Looks first: offering a row that is in the way would wait for whoever has it locked. */
  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    Sql sql = Sql.of(schema.in(HOLDER), request.name().value());
    return control
        .first(sql, row -> new Holder(row.text(0), row.number(1), row.time(2)))
        .flatMap(holder -> heldBy(holder, request))
        .switchIfEmpty(Mono.defer(() -> take(request)));
  }

  private record Holder(String owner, long token, Instant until) {}

  /** The same owner asks again: its lease is renewed. Empty if it has ended meanwhile. */
  private Mono<Lease> heldBy(Holder holder, LockRequest request) {
    if (!holder.owner().equals(request.owner())) {
      return Mono.error(
          () -> held(request.name(), "held by " + holder.owner() + " until " + holder.until()));
    }
    return renew(
            new Lease(
                request.name(),
                request.owner(),
                holder.token(),
                request.leaseDuration(),
                holder.until()))
        .onErrorResume(LockLostException.class, lost -> Mono.empty());
  }

  private Mono<Lease> take(LockRequest request) {
    Sql sql =
        Sql.of(
            schema.in(ACQUIRE),
            request.name().value(),
            request.owner(),
            micros(request.leaseDuration()));
    return runner
        .first(
            sql,
            row ->
                new Lease(
                    request.name(),
                    request.owner(),
                    row.number(0),
                    request.leaseDuration(),
                    row.time(1)))
        .switchIfEmpty(Mono.error(() -> held(request.name(), "taken meanwhile")))
        // Two that make the row at once meet at the second unique key, which ON CONFLICT cannot
        // name.
        .retryWhen(
            Retry.max(RACES)
                .filter(error -> !runner.isTransaction() && SqlErrors.isUniqueViolation(error))
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .onErrorMap(
            SqlErrors::isUniqueViolation, error -> held(request.name(), "being taken just now"));
  }

  private static ConflictException held(LockName name, String actual) {
    return new ConflictException("Lock", name.value(), "free", actual);
  }

  @Override
  public Mono<Lease> renew(Lease lease) {
    Sql sql =
        Sql.of(
            schema.in(RENEW),
            lease.name().value(),
            lease.token(),
            lease.owner(),
            micros(lease.leaseDuration()));
    return control
        .first(
            sql,
            row ->
                new Lease(
                    lease.name(), lease.owner(), lease.token(), lease.leaseDuration(), row.time(0)))
        .switchIfEmpty(Mono.error(() -> lost(lease)));
  }

  @Override
  public Mono<Void> release(Lease lease) {
    return control
        .write(Sql.of(schema.in(RELEASE), lease.name().value(), lease.token(), lease.owner()))
        .then();
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    return runner.write(Sql.of(schema.in(FORCE_RELEASE), name.value())).then();
  }

  @Override
  public Mono<LockState> find(LockName name) {
    return runner.first(Sql.of(schema.in(FIND), name.value()), PostgresLockStore::state);
  }

  @Override
  public Flux<LockState> list(int limit) {
    return runner
        .list(Sql.of(schema.in(LIST), Paging.check(limit)), PostgresLockStore::state)
        .flatMapIterable(states -> states);
  }

  /** Inside a transaction: keeps the token the newest until it ends, or fails. */
  Mono<Void> fence(Lease lease) {
    return runner
        .first(
            Sql.of(schema.in(FENCE), lease.name().value(), lease.token(), lease.owner()),
            row -> true)
        .switchIfEmpty(Mono.error(() -> lost(lease)))
        .then();
  }

  static LockState state(Columns row) {
    return new LockState(new LockName(row.text(0)), row.number(1), row.textOrNull(2), row.time(3));
  }

  private static LockLostException lost(Lease lease) {
    return new LockLostException(lease.name().value(), lease.token());
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
