package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.subscription.JoinRequest;
import io.holdfast.subscription.Membership;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStore;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscriptions as rows, and what operators do with them. */
final class PostgresSubscriptionStore extends PostgresSubscriptionLedger
    implements SubscriptionStore {

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.subscriptions s
      WHERE s.name = $1
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.subscriptions s
      WHERE $1
      ORDER BY s.name
      """;

  /** Members compare the version, so a change of it is a word to all of them. */
  private static final String SET_PAUSED =
      """
      WITH changed AS (
        UPDATE {schema}.subscriptions
        SET paused = $2, version = version + 1
        WHERE name = $1 AND paused <> $2
      )
      SELECT true
      FROM {schema}.subscriptions
      WHERE name = $1
      """;

  /** In the order in which members lock slices, so that nobody waits in a circle. */
  private static final String REWIND =
      """
      WITH locked AS MATERIALIZED (
        SELECT slice
        FROM {schema}.subscription_slices
        WHERE name = $1
        ORDER BY slice
        FOR UPDATE
      ), moved AS (
        UPDATE {schema}.subscription_slices s
        SET position = $2, token = nextval('{schema}.subscription_token')
        FROM locked
        WHERE s.name = $1 AND s.slice = locked.slice
      )
      UPDATE {schema}.subscriptions
      SET version = version + 1
      WHERE name = $1
      """;

  private static final String RELEASE =
      """
      WITH released AS (
        UPDATE {schema}.subscription_held_jobs
        SET released = true, changed_at = greatest(changed_at, statement_timestamp())
        WHERE name = $1 AND job_id = $2
        RETURNING name
      ), told AS (
        UPDATE {schema}.subscriptions s
        SET version = s.version + 1
        FROM released
        WHERE s.name = released.name
      )
      SELECT true
      FROM released
      """;

  static final String DELETE =
      """
      WITH held AS (
        DELETE FROM {schema}.subscription_held_jobs WHERE name = $1
      )
      DELETE FROM {schema}.subscriptions
      WHERE name = $1
      """;

  private final String find;
  private final String list;

  private final ArchivedNumbers numbers;
  private final Members members;

  /** Hears of the members in this process. */
  interface Members {

    /** Nobody listens. */
    Members UNHEARD =
        new Members() {
          @Override
          public void joined(SubscriptionName name, String member) {}

          @Override
          public void left(SubscriptionName name, String member) {}
        };

    void joined(SubscriptionName name, String member);

    void left(SubscriptionName name, String member);
  }

  PostgresSubscriptionStore(
      SqlRunner runner, SqlRunner control, EventTools tools, Members members) {
    super(runner, control, tools.schema());
    this.numbers = tools.numbers(runner);
    this.members = members;
    this.find = sql(FIND.replace("{columns}", SubscriptionRows.WITH_MEMBERS));
    this.list = sql(LIST.replace("{columns}", SubscriptionRows.WITH_MEMBERS));
  }

  PostgresSubscriptionStore(SqlRunner transaction, EventTools tools) {
    this(transaction, transaction, tools, Members.UNHEARD);
  }

  @Override
  public Mono<Membership> join(JoinRequest request) {
    return super.join(request)
        .doOnNext(membership -> members.joined(request.name(), request.member()));
  }

  /** It has left this process, whether the database hears of it or not. */
  @Override
  public Mono<Void> leave(SubscriptionName name, String member) {
    return super.leave(name, member).doFirst(() -> members.left(name, member));
  }

  @Override
  public Mono<Subscription> find(SubscriptionName name) {
    return runner.first(Sql.of(find, name.value()), SubscriptionRows::withMembers);
  }

  @Override
  public Flux<Subscription> list() {
    return runner
        .list(Sql.of(list, true), SubscriptionRows::withMembers)
        .flatMapIterable(subscriptions -> subscriptions);
  }

  @Override
  public Mono<Long> lag(SubscriptionName name) {
    return get(name)
        .flatMap(there -> numbers.countBehind(there.filter(), Positions.number(there.position())));
  }

  @Override
  public Mono<Void> pause(SubscriptionName name) {
    return setPaused(name, true);
  }

  @Override
  public Mono<Void> resume(SubscriptionName name) {
    return setPaused(name, false);
  }

  private Mono<Void> setPaused(SubscriptionName name, boolean paused) {
    Objects.requireNonNull(name, "name");
    return runner
        .first(Sql.of(sql(SET_PAUSED), name.value(), paused), row -> row.flag(0))
        .switchIfEmpty(Mono.error(() -> notFound(name)))
        .then();
  }

  @Override
  public Mono<Void> rewind(SubscriptionName name, Position position) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(position, "position");
    return Mono.fromCallable(() -> Positions.number(position))
        .flatMap(number -> runner.write(Sql.of(sql(REWIND), name.value(), number)))
        .flatMap(rows -> rows == 1 ? Mono.empty() : Mono.error(notFound(name)));
  }

  @Override
  public Mono<Void> release(SubscriptionName name, JobId job) {
    return runner
        .first(Sql.of(sql(RELEASE), name.value(), job.value()), row -> row.flag(0))
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Held job", name + "/" + job)))
        .then();
  }

  @Override
  public Mono<Void> delete(SubscriptionName name) {
    return runner.write(Sql.of(sql(DELETE), name.value())).then();
  }
}
