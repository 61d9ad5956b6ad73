package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Names;
import io.holdfast.SessionId;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import io.holdfast.session.SessionTiming;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions as rows. */
final class PostgresSessionStore implements SessionStore {

  static final String COLUMNS =
      "session_id, version, state, type, repository, worktree, done, total, error, data,"
          + " created_at, updated_at, finished_at";

  private static final String CREATE =
      """
      INSERT INTO {schema}.sessions (session_id, version, state, type, repository, worktree, done,
        total, error, data, created_at, updated_at)
      VALUES ($1, 1, 'INITIALIZING', $2, $3, $4, $5, $6, $7, $8, now(), now())
      ON CONFLICT (session_id) DO NOTHING
      RETURNING {columns}
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id = $1
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE {conditions}
      ORDER BY created_at DESC, session_id
      LIMIT {limit}
      """;

  private static final String UPDATE =
      """
      UPDATE {schema}.sessions
      SET version = version + 1, state = $3, type = $5, repository = $6, worktree = $7, done = $8,
        total = $9, error = $10, data = $11, last_write = $13, updated_at = greatest(now(), updated_at),
        finished_at = CASE
          WHEN NOT $12 THEN NULL
          WHEN state = $3 THEN finished_at
          ELSE greatest(now(), updated_at)
        END
      WHERE session_id = $1 AND version = $2 AND state = ANY($4)
      RETURNING {columns}
      """;

  private static final String FIND_RESULT =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id = $1 AND version = $2 AND last_write = $3
      """;

  private static final String DELETE =
      """
      DELETE FROM {schema}.sessions
      WHERE session_id = $1
      """;

  private final SqlRunner runner;
  private final String create;
  private final String find;
  private final String list;
  private final String update;
  private final String findResult;
  private final String delete;

  PostgresSessionStore(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.create = columns(schema.in(CREATE));
    this.find = columns(schema.in(FIND));
    this.list = columns(schema.in(LIST));
    this.update = columns(schema.in(UPDATE));
    this.findResult = columns(schema.in(FIND_RESULT));
    this.delete = schema.in(DELETE);
  }

  private static String columns(String sql) {
    return sql.replace("{columns}", COLUMNS);
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
    return runner
        .first(sql, PostgresSessionStore::session)
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
    return runner.first(Sql.of(find, id.value()), PostgresSessionStore::session);
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    return runner
        .list(conditions(filter).limited(list, filter.limit()), PostgresSessionStore::session)
        .flatMapIterable(sessions -> sessions);
  }

  private static Conditions conditions(SessionFilter filter) {
    Conditions conditions = new Conditions();
    if (!filter.states().isEmpty()) {
      conditions.and(
          "state = ANY(%s)", filter.states().stream().map(Enum::name).toArray(String[]::new));
    }
    conditions
        .andIfPresent("type = %s", filter.type())
        .andIfPresent("repository = %s", filter.repository())
        .andIfPresent("worktree = %s", filter.worktree())
        .within("created_at", filter.created());
    Session after = filter.after();
    if (after != null) {
      conditions
          .and("created_at <= %s", after.timing().createdAt())
          .and("(created_at < %s", after.timing().createdAt())
          .or("session_id > %s)", after.id().value());
    }
    return conditions;
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
    return runner
        .first(sql, PostgresSessionStore::session)
        .switchIfEmpty(Mono.defer(() -> refusedUpdate(changed, write)));
  }

  /** Finds out why nothing was written; an update that had been applied before is no failure. */
  private Mono<Session> refusedUpdate(Session changed, String write) {
    Sql sql = Sql.of(findResult, changed.id().value(), changed.version() + 1, write);
    return runner
        .first(sql, PostgresSessionStore::session)
        .switchIfEmpty(
            Mono.defer(() -> get(changed.id()))
                .flatMap(there -> Mono.error(refusal(changed, there))));
  }

  private static ConflictException refusal(Session changed, Session there) {
    return there.version() == changed.version()
        ? illegalMove(changed, there.state())
        : ConflictException.ofVersion(
            "Session", changed.id().value(), changed.version(), there.version());
  }

  private static ConflictException illegalMove(Session changed, SessionState from) {
    return new ConflictException(
        "Session",
        changed.id().value(),
        "a state that may go to " + changed.state(),
        from.toString());
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    return runner.write(Sql.of(delete, id.value())).then();
  }

  static Session session(Columns row) {
    return new Session(
        new SessionId(row.text(0)),
        row.number(1),
        SessionState.valueOf(row.text(2)),
        new SessionDetails(
            row.text(3),
            row.text(4),
            row.textOrNull(5),
            new Progress(row.number(6), row.number(7)),
            row.json(9),
            row.textOrNull(8)),
        new SessionTiming(row.time(10), row.time(11), row.timeOrNull(12)));
  }
}
