package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Names;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionLedger;
import io.holdfast.session.SessionStats;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sessions as rows. Each statement that changes one notes that, with a number that it draws once
 * the floor is held: {@link SessionFeed} reads by it. Whoever waits for the row of another has no
 * floor yet, and so holds nobody back; but who makes a session that another is making has one,
 * above that of the other.
 */
final class PostgresSessionStore implements SessionLedger {

  private static final String CREATE =
      """
      WITH floor AS MATERIALIZED (
        {floor}
      ), created AS (
        INSERT INTO {schema}.sessions (session_id, version, state, type, repository, worktree, done,
          total, error, data, created_at, updated_at, change)
        SELECT $1, 1, 'INITIALIZING', $2, $3, $4, $5, $6, $7, $8::jsonb, now(), now(),
          nextval('{schema}.session_change')
        FROM floor
        ON CONFLICT (session_id) DO NOTHING
        RETURNING {columns}, change
      ), noted AS (
        INSERT INTO {schema}.session_changes (change, session_id)
        SELECT change, session_id
        FROM created
        RETURNING change
      )
      SELECT {columns}
      FROM created
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id = $1
      """;

  private static final String UPDATE =
      """
      WITH held AS MATERIALIZED (
        SELECT session_id
        FROM {schema}.sessions
        WHERE session_id = $1 AND version = $2 AND state = ANY($4)
        FOR NO KEY UPDATE
      ), floor AS MATERIALIZED (
        {floor}
        WHERE EXISTS (SELECT FROM held)
      ), changed AS (
        UPDATE {schema}.sessions AS s
        SET version = s.version + 1, state = $3, type = $5, repository = $6, worktree = $7,
          done = $8, total = $9, error = $10, data = $11, last_write = $13,
          updated_at = greatest(now(), s.updated_at),
          finished_at = CASE
            WHEN NOT $12 THEN NULL
            WHEN s.state = $3 THEN s.finished_at
            ELSE greatest(now(), s.updated_at)
          END,
          change = nextval('{schema}.session_change')
        FROM floor
        WHERE s.session_id = $1 AND s.version = $2 AND s.state = ANY($4)
        RETURNING {columns}, change
      ), noted AS (
        INSERT INTO {schema}.session_changes (change, session_id)
        SELECT change, session_id
        FROM changed
        RETURNING change
      )
      SELECT {columns}
      FROM changed
      """;

  private static final String FIND_RESULT =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id = $1 AND version = $2 AND last_write = $3
      """;

  static final String DELETE =
      """
      WITH held AS MATERIALIZED (
        SELECT session_id
        FROM {schema}.sessions
        WHERE session_id = $1
        FOR UPDATE
      ), floor AS MATERIALIZED (
        {floor}
        WHERE EXISTS (SELECT FROM held)
      ), deleted AS (
        DELETE FROM {schema}.sessions AS s
        USING floor
        WHERE s.session_id = $1
        RETURNING s.session_id
      ), noted AS (
        INSERT INTO {schema}.session_changes (change, session_id)
        SELECT nextval('{schema}.session_change'), session_id
        FROM deleted
        RETURNING change
      )
      SELECT count(*)
      FROM noted
      """;

  /** Waits for nobody: what somebody changes just now is not for it. */
  private static final String PURGE =
      """
      WITH held AS MATERIALIZED (
        SELECT session_id
        FROM {schema}.sessions
        WHERE finished_at IS NOT NULL AND {conditions}
        ORDER BY created_at, session_id DESC
        LIMIT {limit}
        FOR UPDATE SKIP LOCKED
      ), floor AS MATERIALIZED (
        {floor}
        WHERE EXISTS (SELECT FROM held)
      ), deleted AS (
        DELETE FROM {schema}.sessions AS s
        USING floor, held AS h
        WHERE s.session_id = h.session_id
        RETURNING s.session_id
      ), noted AS (
        INSERT INTO {schema}.session_changes (change, session_id)
        SELECT nextval('{schema}.session_change'), session_id
        FROM deleted
        RETURNING change
      )
      SELECT count(*)
      FROM noted
      """;

  private final SqlRunner runner;
  private final SessionQueries queries;
  private final Runnable wrote;
  private final String create;
  private final String find;
  private final String update;
  private final String findResult;
  private final String delete;
  private final String purge;

  /** Calls {@code wrote} when something may have been written. */
  PostgresSessionStore(SqlRunner runner, EventTools tools, Runnable wrote) {
    SchemaName schema = tools.schema();
    this.runner = runner;
    this.queries = new SessionQueries(runner, schema);
    this.wrote = wrote;
    this.create = writing(CREATE, tools);
    this.find = SessionRows.in(schema.in(FIND));
    this.update = writing(UPDATE, tools);
    this.findResult = SessionRows.in(schema.in(FIND_RESULT));
    this.delete = writing(DELETE, tools);
    this.purge = writing(PURGE, tools);
  }

  private static String writing(String sql, EventTools tools) {
    return SessionRows.in(tools.schema().in(SessionFloor.in(sql, tools.tag())));
  }

  @Override
  public Mono<Session> create(SessionId id, SessionDetails details) {
    Sql sql =
        Sql.of(
            create,
            id.value(),
            details.type(),
            details.repository(),
            Sql.text(details.worktree()),
            details.progress().done(),
            details.progress().total(),
            Sql.text(details.error()),
            Sql.json(details.data()));
    return announced(runner.first(sql, SessionRows::session))
        .switchIfEmpty(Mono.defer(() -> repeatedCreation(id, details)));
  }

  private Mono<Session> repeatedCreation(SessionId id, SessionDetails details) {
    return get(id)
        .flatMap(
            there ->
                there.version() == 1 && there.details().equals(details)
                    ? Mono.just(there)
                    : Mono.error(
                        ConflictException.ofVersion("Session", id.value(), 0, there.version())));
  }

  @Override
  public Mono<Session> find(SessionId id) {
    return runner.first(Sql.of(find, id.value()), SessionRows::session);
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    return queries.list(filter).flatMapIterable(sessions -> sessions);
  }

  @Override
  public Mono<SessionStats> stats(SessionFilter filter) {
    return queries.stats(filter);
  }

  @Override
  public Mono<Session> update(Session changed) {
    // Made once a call, so that subscribing again is recognised as the same update.
    String write = Names.unique();
    SessionDetails details = changed.details();
    Sql sql =
        Sql.of(
            update,
            changed.id().value(),
            changed.version(),
            changed.state().name(),
            changed.state().predecessors().stream().map(Enum::name).toArray(String[]::new),
            details.type(),
            details.repository(),
            Sql.text(details.worktree()),
            details.progress().done(),
            details.progress().total(),
            Sql.text(details.error()),
            Sql.json(details.data()),
            changed.state().isFinished(),
            write);
    return announced(runner.first(sql, SessionRows::session))
        .switchIfEmpty(Mono.defer(() -> refusedUpdate(changed, write)));
  }

  /** Finds out why nothing was written; an update that had been applied before is no failure. */
  private Mono<Session> refusedUpdate(Session changed, String write) {
    Sql sql = Sql.of(findResult, changed.id().value(), changed.version() + 1, write);
    return runner
        .first(sql, SessionRows::session)
        .switchIfEmpty(
            Mono.defer(() -> get(changed.id()))
                .flatMap(there -> Mono.error(refusal(changed, there))));
  }

  private static RuntimeException refusal(Session changed, Session there) {
    if (there.version() != changed.version()) {
      return ConflictException.ofVersion(
          "Session", changed.id().value(), changed.version(), there.version());
    }
    return there.state().refusal(changed.id(), changed.state());
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    return announced(runner.first(Sql.of(delete, id.value()), row -> row.number(0))).then();
  }

  @Override
  public Mono<Long> purge(SessionFilter filter) {
    Sql sql = queries.wherever(filter).limited(purge, filter.limit());
    return announced(runner.first(sql, row -> row.number(0)));
  }

  /** Whatever comes of it: the outcome may be unknown, or a floor was held for nothing. */
  private <T> Mono<T> announced(Mono<T> write) {
    return write.doOnTerminate(wrote).doOnCancel(wrote);
  }
}
