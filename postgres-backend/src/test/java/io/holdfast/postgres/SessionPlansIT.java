package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.TimeSpan;
import io.holdfast.contract.Await;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Twenty thousand sessions: every filter but those on data goes by an index, in order. */
class SessionPlansIT {

  private static final String FILL =
      """
      INSERT INTO sessions (session_id, version, state, type, repository, worktree, done, total, data,
        created_at, updated_at, change)
      SELECT 's-' || n, 1,
        CASE WHEN n % 1000 = 0 THEN 'RUNNING' WHEN n % 1000 = 1 THEN 'PAUSED'
          WHEN n % 50 = 2 THEN 'FAILED' ELSE 'COMPLETED' END,
        CASE WHEN n % 2000 = 0 THEN 'rare' ELSE 'build' END, 'repository-' || n % 500,
        CASE WHEN n % 3 = 0 THEN 'worktree-' || n % 900 END, 1, 2, jsonb_build_object('n', n),
        now() - n * interval '1 minute', now(), n
      FROM generate_series(1, 20000) n
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static void fill() throws SQLException {
    SERVER.storage();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(FILL);
      statement.execute("ANALYZE sessions");
    }
  }

  private static String plan(SessionFilter filter) {
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    Connections connections = new Connections(configuration);
    Database database = new Database(connections.control());
    Sql sql = new SessionQueries(database, configuration.schema()).listSql(filter);
    List<String> lines =
        Await.value(
            database.list(
                new Sql("EXPLAIN (ANALYZE, BUFFERS, TIMING OFF) " + sql.text(), sql.arguments()),
                row -> row.text(0)));
    Await.done(database.close().then(connections.close()));
    return String.join("\n", lines);
  }

  private static void requireIndex(SessionFilter filter, String index) {
    assertThat(plan(filter)).contains(index).doesNotContain("Seq Scan");
  }

  @Test
  void every_filter_has_its_index() throws SQLException {
    fill();
    SessionFilter any = SessionFilter.all().limit(50);
    Instant before = Instant.now().minus(5, ChronoUnit.DAYS);

    requireIndex(any, "sessions_newest");
    requireIndex(any.withStates(SessionState.FAILED), "sessions_of_state");
    requireIndex(any.withType("rare"), "sessions_of_type");
    requireIndex(any.withRepository("repository-7"), "sessions_of_repository");
    requireIndex(any.withWorktree("worktree-9"), "sessions_of_worktree");
    requireIndex(any.createdWithin(TimeSpan.before(before)), "sessions_newest");
    requireIndex(
        any.withStates(SessionState.RUNNING).createdWithin(TimeSpan.before(before)),
        "sessions_of_state");
  }

  @Test
  void several_states_are_looked_for_one_by_one() throws SQLException {
    fill();

    requireIndex(SessionFilter.active().limit(50), "sessions_of_state");
    assertThat(plan(SessionFilter.active().limit(50)))
        .as("what is active is found without passing what is not")
        .doesNotContain("Rows Removed by Filter");
  }

  @Test
  void a_later_page_begins_where_the_one_before_has_ended() throws SQLException {
    fill();
    SessionFilter failed = SessionFilter.all().withStates(SessionState.FAILED).limit(50);
    List<Session> first = Await.all(SERVER.storage().sessions().list(failed));

    String plan = plan(failed.after(first.get(49)));

    assertThat(plan)
        .contains("sessions_of_state")
        .doesNotContain("Seq Scan")
        .doesNotContain("Sort");
  }
}
