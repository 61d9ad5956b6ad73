package io.holdfast.postgres;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStats;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Finds sessions by what they are like. */
final class SessionQueries {

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE session_id = ANY($1)
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.sessions
      WHERE {conditions}
      ORDER BY created_at DESC, session_id
      LIMIT {limit}
      """;

  /** The index of the states has each one in order, but not several together. */
  private static final String LIST_OF_STATES =
      """
      SELECT {columns}
      FROM unnest({states}::text[]) AS w (wanted)
      CROSS JOIN LATERAL (
        SELECT {columns}
        FROM {schema}.sessions
        WHERE state = w.wanted AND {conditions}
        ORDER BY created_at DESC, session_id
        LIMIT {limit}
      ) AS of_state
      ORDER BY created_at DESC, session_id
      LIMIT {limit}
      """;

  private static final String STATS =
      """
      SELECT state, count(*), count(error),
        least(sum(done), 9223372036854775807)::bigint,
        least(sum(total), 9223372036854775807)::bigint,
        (extract(epoch FROM sum(updated_at - created_at)) * 1000000)::bigint,
        min(created_at), max(updated_at)
      FROM {schema}.sessions
      WHERE {conditions}
      GROUP BY state
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final String find;
  private final String list;
  private final String listOfStates;
  private final String stats;

  SessionQueries(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.find = SessionRows.in(schema.in(FIND));
    this.list = SessionRows.in(schema.in(LIST));
    this.listOfStates = SessionRows.in(schema.in(LIST_OF_STATES));
    this.stats = schema.in(STATS);
  }

  Mono<List<Session>> find(List<SessionId> ids) {
    String[] values = ids.stream().map(SessionId::value).toArray(String[]::new);
    return runner.list(Sql.of(find, (Object) values), SessionRows::session);
  }

  Mono<List<Session>> list(SessionFilter filter) {
    return runner.list(listSql(filter), SessionRows::session);
  }

  Sql listSql(SessionFilter filter) {
    Conditions conditions = conditions(filter);
    Session after = filter.after();
    if (after != null) {
      conditions
          .and("created_at <= %s", after.timing().createdAt())
          .and("(created_at < %s", after.timing().createdAt())
          .or("session_id > %s)", after.id().value());
    }
    String[] states = states(filter);
    switch (states.length) {
      case 0 -> {
        return conditions.limited(list, filter.limit());
      }
      case 1 -> {
        return conditions.and("state = %s", states[0]).limited(list, filter.limit());
      }
      default -> {
        String wanted = conditions.bind(states);
        return conditions.limited(listOfStates.replace("{states}", wanted), filter.limit());
      }
    }
  }

  /** None if any will do. */
  private static String[] states(SessionFilter filter) {
    return filter.states().size() == SessionState.values().length
        ? new String[0]
        : filter.states().stream().map(Enum::name).sorted().toArray(String[]::new);
  }

  /** All but the one on the place. */
  Conditions wherever(SessionFilter filter) {
    Conditions conditions = conditions(filter);
    String[] states = states(filter);
    return states.length == 0 ? conditions : conditions.and("state = ANY(%s)", states);
  }

  /** All but those on states and on the place. */
  private Conditions conditions(SessionFilter filter) {
    Conditions conditions =
        new Conditions()
            .andIfPresent("type = %s", filter.type())
            .andIfPresent("repository = %s", filter.repository())
            .andIfPresent("worktree = %s", filter.worktree())
            .within("created_at", filter.created())
            .within("finished_at", filter.finished())
            .andIfPresent(
                "data @> %s", filter.contains() == null ? null : Sql.json(filter.contains()));
    if (!filter.words().isEmpty()) {
      String[] words = filter.words().toArray(String[]::new);
      conditions.and(schema.in("{schema}.json_words(data) @> %s::text[]"), words);
    }
    return conditions;
  }

  Mono<SessionStats> stats(SessionFilter filter) {
    return runner
        .list(wherever(filter).in(stats), SessionQueries::ofState)
        .map(rows -> rows.stream().reduce(SessionStats.NONE, SessionStats::plus));
  }

  private static SessionStats ofState(Columns row) {
    return new SessionStats(
        row.number(1),
        Map.of(SessionState.valueOf(row.text(0)), row.number(1)),
        row.number(2),
        new SessionStats.Sums(row.number(3), row.number(4)),
        Duration.of(row.number(5), ChronoUnit.MICROS),
        row.time(6),
        row.time(7));
  }
}
