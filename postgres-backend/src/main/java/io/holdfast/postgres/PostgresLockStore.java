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
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Locks as rows; every decision is by the database's clock. */
final class PostgresLockStore implements LockStore {

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

  /** Shared: a takeover waits until the transaction that checks has ended. */
  private static final String FENCE =
      """
      SELECT true
      FROM {schema}.locks
      WHERE lock_name = $1 AND token = $2 AND owner = $3
      FOR SHARE
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  PostgresLockStore(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
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
        .switchIfEmpty(Mono.defer(() -> held(request.name())));
  }

  private Mono<Lease> held(LockName name) {
    return find(name)
        .map(state -> "held by " + state.owner() + " until " + state.expiresAt())
        .defaultIfEmpty("taken meanwhile")
        .flatMap(actual -> Mono.error(new ConflictException("Lock", name.value(), "free", actual)));
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
    return runner
        .first(
            sql,
            row ->
                new Lease(
                    lease.name(), lease.owner(), lease.token(), lease.leaseDuration(), row.time(0)))
        .switchIfEmpty(Mono.error(() -> lost(lease)));
  }

  @Override
  public Mono<Void> release(Lease lease) {
    return runner
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
