package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.LockLostException;
import io.holdfast.Paging;
import io.holdfast.lock.Attempt;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LeaseDuration;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockLedger;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Locks as rows; every decision is by the database's clock, in the functions of {@code
 * V018__locks.sql}.
 */
final class PostgresLockLedger implements LockLedger {

  /** How soon to look again while only a transaction is in the way whose lease has ended. */
  private static final Duration OPEN_TRANSACTION = Duration.ofMillis(50);

  private static final String TAKE =
      """
      SELECT given, given_until, repeated, obstacle, obstacle_until, look_after, called
      FROM {schema}.take_lock($1, $2, $3, $4, $5, $6)
      """;

  private static final String EXTEND =
      "SELECT until FROM {schema}.extend_lock($1, $2, $3, $4) AS until WHERE until IS NOT NULL";
  private static final String RELEASE =
      "SELECT called FROM {schema}.release_lock($1, $2, $3) AS called WHERE called IS NOT NULL";
  private static final String FORCE_RELEASE =
      "SELECT called FROM {schema}.force_release_lock($1) AS called WHERE called IS NOT NULL";
  private static final String LEAVE =
      "SELECT called FROM {schema}.leave_lock_queue($1, $2) AS called WHERE called IS NOT NULL";

  /** The columns of a lock {@code l}, for {@link #state}. */
  static final String COLUMNS =
      """
      l.lock_name, l.token, l.owner, l.expires_at, l.metadata, (
        SELECT jsonb_agg(jsonb_build_object('owner', s.owner, 'token', s.token,
          'expiresAt', to_char(s.expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
          'holdersMax', s.holders_max, 'metadata', s.metadata))
        FROM {schema}.lock_shares s
        WHERE s.lock_name = l.lock_name AND s.owner IS NOT NULL
      )\
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.locks l
      WHERE l.lock_name = $1
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.locks l
      WHERE l.owner IS NOT NULL AND l.expires_at > statement_timestamp()
      ORDER BY l.lock_name
      LIMIT $1
      """;

  /**
   * A takeover, which changes the token, does not come past a transaction that checks; a renewal
   * does.
   */
  private static final String FENCE =
      """
      SELECT true
      FROM {schema}.locks
      WHERE lock_name = $1 AND token = $2 AND owner = $3
      FOR KEY SHARE
      """;

  private static final String FENCE_SHARE =
      """
      SELECT true
      FROM {schema}.lock_shares
      WHERE lock_name = $1 AND token = $2 AND owner = $3
      FOR KEY SHARE
      """;

  private static final String ENTER =
      "SELECT pg_advisory_xact_lock(hashtextextended($1, 8407))::text";

  private final SqlRunner runner;
  private final SqlRunner control;
  private final SchemaName schema;
  private final Consumer<LockCall> calls;

  /**
   * Taking a lock may wait for a transaction of a caller that has changed it, and runs on {@code
   * runner}; renewing and releasing run on {@code control}. {@code calls} is told whose turn it is,
   * which counts once the transaction is over.
   */
  PostgresLockLedger(
      SqlRunner runner, SqlRunner control, SchemaName schema, Consumer<LockCall> calls) {
    this.runner = runner;
    this.control = control;
    this.schema = schema;
    this.calls = calls;
  }

  @Override
  public Mono<Lease> tryAcquire(LockRequest request) {
    Objects.requireNonNull(request, "request");
    return attempt(request, null).map(attempt -> attempt.required(request.name()));
  }

  /** Keeps a place in the queue, if refused, for {@code process}. */
  Mono<Attempt> attempt(LockRequest request, @Nullable String process) {
    LockName name = request.name();
    Sql sql =
        Sql.of(
            schema.in(TAKE),
            name.value(),
            request.owner(),
            request.holdersMax(),
            micros(request.leaseDuration()),
            Sql.json(request.metadata()),
            Sql.text(process));
    return Shield.around(
        runner
            .first(sql, row -> new Answer(outcome(request, row), row.textOrNull(6)))
            .doOnNext(answer -> call(name, answer.called()))
            .map(Answer::attempt));
  }

  private record Answer(Attempt attempt, @Nullable String called) {}

  private static Attempt outcome(LockRequest request, Columns row) {
    if (row.isNull(0)) {
      return refused(row.textOrNull(3), row.timeOrNull(4), row.number(5));
    }
    Lease lease =
        new Lease(
            request.name(), request.owner(), row.number(0), request.leaseDuration(), row.time(1));
    return new Attempt.Taken(lease, row.flag(2));
  }

  private static Attempt refused(
      @Nullable String holder, @Nullable Instant until, long lookAfterMicros) {
    if (holder != null) {
      // A lease that has ended and still holds is one that an open transaction is fenced by.
      Duration lookAfter =
          lookAfterMicros <= 0 ? OPEN_TRANSACTION : Duration.ofNanos(lookAfterMicros * 1_000);
      return new Attempt.Refused("held by " + holder + " until " + until, lookAfter);
    }
    return until == null
        ? new Attempt.Refused(
            "free, but others have waited longer", Duration.ofNanos(lookAfterMicros * 1_000))
        : new Attempt.Refused("held by a transaction that is still open", OPEN_TRANSACTION);
  }

  private void call(LockName name, @Nullable String process) {
    if (process != null) {
      calls.accept(new LockCall(name, process));
    }
  }

  @Override
  public Mono<Lease> extend(Lease lease, Duration duration) {
    Sql sql =
        Sql.of(
            schema.in(EXTEND),
            lease.name().value(),
            lease.token(),
            lease.owner(),
            micros(LeaseDuration.check(duration)));
    return control
        .first(sql, row -> row.time(0))
        .map(end -> new Lease(lease.name(), lease.owner(), lease.token(), duration, end))
        .switchIfEmpty(Mono.error(() -> lost(lease)));
  }

  @Override
  public Mono<Void> release(Lease lease) {
    LockName name = lease.name();
    return freeing(
        control, name, Sql.of(schema.in(RELEASE), name.value(), lease.token(), lease.owner()));
  }

  @Override
  public Mono<Void> forceRelease(LockName name) {
    return freeing(runner, name, Sql.of(schema.in(FORCE_RELEASE), name.value()));
  }

  /** Gives up the place of {@code process} in the queue. */
  Mono<Void> leave(LockName name, String process) {
    return freeing(runner, name, Sql.of(schema.in(LEAVE), name.value(), process));
  }

  /** Shielded as a whole: whoever is to be called hears of it, also if the caller is gone. */
  private Mono<Void> freeing(SqlRunner on, LockName name, Sql sql) {
    return Shield.around(
        on.first(sql, row -> row.text(0)).doOnNext(process -> call(name, process)).then());
  }

  @Override
  public Mono<LockState> find(LockName name) {
    return runner.first(Sql.of(selecting(FIND), name.value()), PostgresLockLedger::state);
  }

  @Override
  public Flux<LockState> list(int limit) {
    return runner
        .list(Sql.of(selecting(LIST), Paging.check(limit)), PostgresLockLedger::state)
        .flatMapIterable(states -> states);
  }

  private String selecting(String sql) {
    return schema.in(sql.replace("{columns}", COLUMNS));
  }

  @Override
  public Mono<Void> enter(LockName name) {
    String key = "holdfast section " + schema.value() + " " + name.value();
    return runner.list(Sql.of(ENTER, key), row -> true).then();
  }

  /** Inside a transaction: keeps the lease from being taken over until it ends, or fails. */
  Mono<Void> fence(Lease lease) {
    return fence(FENCE, lease)
        .switchIfEmpty(Mono.defer(() -> fence(FENCE_SHARE, lease)))
        .switchIfEmpty(Mono.error(() -> lost(lease)))
        .then();
  }

  private Mono<Boolean> fence(String sql, Lease lease) {
    return runner.first(
        Sql.of(schema.in(sql), lease.name().value(), lease.token(), lease.owner()), row -> true);
  }

  /** Reads {@link #COLUMNS}: no owner is nobody, and an empty one stands for the shares. */
  static LockState state(Columns row) {
    return new LockState(
        new LockName(row.text(0)), row.number(1), row.time(3), holders(row, row.textOrNull(2)));
  }

  private static List<LockHolder> holders(Columns row, @Nullable String owner) {
    if (owner == null || (owner.isEmpty() && row.isNull(5))) {
      return List.of();
    }
    if (owner.isEmpty()) {
      return JsonFields.elements(row.json(5)).stream().map(LockHolder::decode).toList();
    }
    Json metadata = row.isNull(4) ? Json.EMPTY : row.json(4);
    return List.of(new LockHolder(owner, row.number(1), row.time(3), 1, metadata));
  }

  private static LockLostException lost(Lease lease) {
    return new LockLostException(lease.name().value(), lease.token());
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
