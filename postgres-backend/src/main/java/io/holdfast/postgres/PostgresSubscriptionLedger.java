package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Pulse;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionLedger;
import io.holdfast.subscription.SubscriptionName;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The members' side of subscriptions: a lease a member, by the database's clock, and a row a slice.
 * A slice belongs to nobody if its owner's lease has ended.
 */
class PostgresSubscriptionLedger implements SubscriptionLedger {

  private static final int RACES = 10;

  /** Says whether what is there is what was asked for; nothing if it was made meanwhile. */
  private static final String CREATE =
      """
      WITH made AS (
        INSERT INTO {schema}.subscriptions (name, version, filter, slices, paused, created_at)
        VALUES ($1, 1, $2, $3, false, statement_timestamp())
        ON CONFLICT (name) DO NOTHING
        RETURNING name, slices
      ), parts AS (
        INSERT INTO {schema}.subscription_slices (name, slice, position, token)
        SELECT made.name, number, $4, nextval('{schema}.subscription_token')
        FROM made, generate_series(0, made.slices - 1) number
        RETURNING slice
      )
      SELECT true FROM made
      UNION ALL
      SELECT s.filter = $2 AND s.slices = $3 FROM {schema}.subscriptions s WHERE s.name = $1
      """;

  /**
   * The members that live, this one among them, and how many slices are for it: all get as many,
   * and the first ones by name what is left over.
   */
  private static final String SHARE =
      """
      alive AS (
        SELECT member
        FROM {schema}.subscription_members
        WHERE name = $1 AND member <> $2 AND lease_until > statement_timestamp()
        UNION ALL
        SELECT $2
      ), fair AS (
        SELECT s.version, s.paused,
          s.slices / a.total + CASE WHEN a.before < s.slices % a.total THEN 1 ELSE 0 END AS share
        FROM {schema}.subscriptions s,
          (SELECT count(*) AS total, count(*) FILTER (WHERE member COLLATE "C" < $2) AS before
           FROM alive) a
        WHERE s.name = $1
      )""";

  /**
   * Own slices are locked in order, after the transactions that still move them; free ones are
   * passed over if somebody else is at them. Everything that is kept or taken gets a new token.
   */
  private static final String JOIN =
      """
      WITH gone AS MATERIALIZED (
        SELECT member
        FROM {schema}.subscription_members
        WHERE name = $1 AND member <> $2 AND lease_until <= statement_timestamp()
        FOR UPDATE SKIP LOCKED
      ), forgotten AS (
        DELETE FROM {schema}.subscription_members m
        USING gone
        WHERE m.name = $1 AND m.member = gone.member
      ), me AS (
        INSERT INTO {schema}.subscription_members AS m (name, member, lease_until)
        SELECT s.name, $2, statement_timestamp() + $3::bigint * interval '1 microsecond'
        FROM {schema}.subscriptions s
        WHERE s.name = $1
        ON CONFLICT (name, member) DO UPDATE SET lease_until = excluded.lease_until
      ), {share}, own AS MATERIALIZED (
        SELECT slice
        FROM {schema}.subscription_slices
        WHERE name = $1 AND owner = $2
        ORDER BY slice
        FOR UPDATE
      ), kept AS (
        SELECT slice, row_number() OVER (ORDER BY slice) <= (SELECT share FROM fair) AS keep
        FROM own
      ), free AS MATERIALIZED (
        SELECT slice
        FROM {schema}.subscription_slices
        WHERE name = $1 AND (owner IS NULL OR owner NOT IN (SELECT member FROM alive))
        ORDER BY slice
        LIMIT greatest(0, (SELECT share FROM fair) - (SELECT count(*) FROM own))
        FOR UPDATE SKIP LOCKED
      ), changed AS (
        UPDATE {schema}.subscription_slices s
        SET owner = CASE WHEN c.keep THEN $2 END, token = nextval('{schema}.subscription_token')
        FROM (SELECT slice, keep FROM kept UNION ALL SELECT slice, true FROM free) c
        WHERE s.name = $1 AND s.slice = c.slice
        RETURNING s.slice, s.token, s.position, s.owner
      )
      SELECT fair.version, fair.paused, c.slice::bigint, c.token, c.position
      FROM fair
      LEFT JOIN changed c ON c.owner = $2
      ORDER BY c.slice
      """;

  /** A lease is written again once a third of it is over; in between, this only looks. */
  private static final String RENEW =
      """
      WITH renewed AS (
        UPDATE {schema}.subscription_members
        SET lease_until = statement_timestamp() + $3::bigint * interval '1 microsecond'
        WHERE name = $1 AND member = $2
          AND lease_until < statement_timestamp() + ($3::bigint * 2 / 3) * interval '1 microsecond'
      ), {share}
      SELECT fair.version,
        NOT EXISTS (SELECT FROM {schema}.subscription_members WHERE name = $1 AND member = $2)
          OR c.own > fair.share OR (c.own < fair.share AND c.free > 0)
      FROM fair,
        (SELECT count(*) FILTER (WHERE owner = $2) AS own,
           count(*) FILTER (WHERE owner IS NULL OR owner NOT IN (SELECT member FROM alive)) AS free
         FROM {schema}.subscription_slices
         WHERE name = $1) c
      """;

  /** Whose tokens are the newest stay so until the end of the transaction; all move, or none. */
  private static final String ADVANCE =
      """
      WITH wanted AS MATERIALIZED (
        SELECT slice, token, position
        FROM unnest($2::bigint[], $3::bigint[], $4::bigint[]) AS w (slice, token, position)
      ), good AS MATERIALIZED (
        SELECT s.slice
        FROM {schema}.subscription_slices s
        JOIN wanted w ON s.slice = w.slice AND s.token = w.token
        WHERE s.name = $1
        ORDER BY s.slice
        FOR UPDATE OF s
      ), moved AS (
        UPDATE {schema}.subscription_slices s
        SET position = w.position
        FROM wanted w
        WHERE s.name = $1 AND s.slice = w.slice AND s.token = w.token AND s.position < w.position
          AND (SELECT count(*) FROM good) = (SELECT count(*) FROM wanted)
      )
      SELECT w.slice, w.token
      FROM wanted w
      LEFT JOIN good USING (slice)
      WHERE good.slice IS NULL
      ORDER BY w.slice
      LIMIT 1
      """;

  private static final String LEAVE =
      """
      WITH gone AS (
        DELETE FROM {schema}.subscription_members WHERE name = $1 AND member = $2
      ), own AS MATERIALIZED (
        SELECT slice
        FROM {schema}.subscription_slices
        WHERE name = $1 AND owner = $2
        ORDER BY slice
        FOR UPDATE
      )
      UPDATE {schema}.subscription_slices s
      SET owner = NULL, token = nextval('{schema}.subscription_token')
      FROM own
      WHERE s.name = $1 AND s.slice = own.slice
      """;

  private static final String HOLD =
      """
      INSERT INTO {schema}.subscription_held_jobs AS h (name, job_id, released, changed_at)
      VALUES ($1, $2, false, statement_timestamp())
      ON CONFLICT (name, job_id) DO UPDATE
      SET released = false, changed_at = greatest(h.changed_at, excluded.changed_at)
      """;

  private static final String UNHOLD =
      """
      DELETE FROM {schema}.subscription_held_jobs
      WHERE name = $1 AND job_id = $2
      """;

  private static final String HELD =
      """
      SELECT name, job_id, released, changed_at
      FROM {schema}.subscription_held_jobs
      WHERE name = $1
      ORDER BY job_id
      """;

  final SqlRunner runner;
  private final SqlRunner control;
  final SchemaName schema;

  /** Joining may wait, and runs on {@code runner}; renewing never does, on {@code control}. */
  PostgresSubscriptionLedger(SqlRunner runner, SqlRunner control, SchemaName schema) {
    this.runner = runner;
    this.control = control;
    this.schema = schema;
  }

  final String sql(String text) {
    return schema.in(text.replace("{share}", SHARE));
  }

  @Override
  public Mono<Void> create(SubscriptionDefinition definition) {
    Sql sql =
        Sql.of(
            sql(CREATE),
            definition.name().value(),
            Sql.json(definition.filter().encode()),
            definition.slices(),
            Positions.number(definition.start()));
    return runner
        .first(sql, row -> row.flag(0))
        .repeatWhenEmpty(RACES, races -> races)
        .flatMap(same -> same ? Mono.empty() : Mono.error(different(definition.name())));
  }

  private static ConflictException different(SubscriptionName name) {
    return new ConflictException(
        "Subscription", name.value(), "the filter and slices given", "created with others");
  }

  @Override
  public Mono<Membership> join(JoinRequest request) {
    return runner
        .list(membership(JOIN, request), Joined::of)
        .flatMap(
            rows ->
                rows.isEmpty()
                    ? Mono.error(notFound(request.name()))
                    : Mono.just(membership(rows)));
  }

  private Sql membership(String statement, JoinRequest request) {
    return Sql.of(
        sql(statement), request.name().value(), request.member(), micros(request.leaseDuration()));
  }

  private record Joined(long version, boolean paused, @Nullable Slice slice) {

    static Joined of(Columns row) {
      return new Joined(row.number(0), row.flag(1), slice(row));
    }

    private static @Nullable Slice slice(Columns row) {
      Long number = row.numberOrNull(2);
      return number == null
          ? null
          : new Slice(number.intValue(), row.number(3), Positions.of(row.number(4)));
    }
  }

  private static Membership membership(List<Joined> rows) {
    return new Membership(
        rows.get(0).version(),
        rows.get(0).paused(),
        rows.stream().map(Joined::slice).filter(Objects::nonNull).toList());
  }

  @Override
  public Mono<Pulse> renew(JoinRequest request) {
    return control
        .first(membership(RENEW, request), row -> new Pulse(row.number(0), row.flag(1)))
        .switchIfEmpty(Mono.error(() -> notFound(request.name())));
  }

  @Override
  public Mono<Void> advance(SubscriptionName name, List<Slice> slices) {
    Sql sql =
        Sql.of(
            sql(ADVANCE),
            name.value(),
            numbers(slices, Slice::number),
            numbers(slices, Slice::token),
            numbers(slices, slice -> Positions.number(slice.position())));
    return runner
        .first(
            sql,
            row -> new LockLostException("Slice " + row.number(0) + " of " + name, row.number(1)))
        .flatMap(Mono::error);
  }

  private static Long[] numbers(List<Slice> slices, ToLongFunction<Slice> number) {
    return slices.stream().mapToLong(number).boxed().toArray(Long[]::new);
  }

  @Override
  public Mono<Void> leave(SubscriptionName name, String member) {
    return runner.write(Sql.of(sql(LEAVE), name.value(), member)).then();
  }

  @Override
  public Mono<Void> hold(SubscriptionName name, JobId job) {
    return runner.write(Sql.of(sql(HOLD), name.value(), job.value())).then();
  }

  @Override
  public Mono<Void> unhold(SubscriptionName name, JobId job) {
    return runner.write(Sql.of(sql(UNHOLD), name.value(), job.value())).then();
  }

  @Override
  public Flux<HeldJob> held(SubscriptionName name) {
    return runner
        .list(Sql.of(sql(HELD), name.value()), SubscriptionRows::held)
        .flatMapIterable(jobs -> jobs);
  }

  static NotFoundException notFound(SubscriptionName name) {
    return new NotFoundException("Subscription", name.value());
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1_000;
  }
}
