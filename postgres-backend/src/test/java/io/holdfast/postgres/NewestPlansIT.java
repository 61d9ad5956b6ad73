package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.workflow.ExecutionRetention;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;

/** Twenty thousand of each: the newest are found without looking at the others. */
class NewestPlansIT {

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Instant LATE = START.plusSeconds(60 * 19_900);

  private static final String LETTERS =
      """
      INSERT INTO dead_letters (job_id, item_id, signature, failures, data, created_at)
      SELECT 'job-' || n % 10, 'i-' || n, 'Type' || n % 500 || '::no answer',
        jsonb_build_array(jsonb_build_object('attempt', 1, 'errorType', 'Type' || n % 500,
          'message', 'no answer', 'details', '{}'::jsonb, 'at',
          to_char(timestamp '2026-01-01' + n * interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))),
        '{}', now()
      FROM generate_series(1, 20000) n
      """;

  private static final String STATES =
      """
      INSERT INTO dead_letter_states (job_id, item_id, eligible, due_at, token, updated_at)
      SELECT job_id, item_id, true, now(), 0, now()
      FROM dead_letters
      """;

  private static final String CHECKPOINTS =
      """
      INSERT INTO checkpoints (workflow_id, version, created_at, size_bytes, sha256, metadata, state)
      SELECT 'w-' || n % 50, n, timestamptz '2026-01-01Z' + n * interval '1 minute', 2, '', '{}', '{}'
      FROM generate_series(1, 20000) n
      """;

  private static final String EXECUTIONS =
      """
      INSERT INTO executions (workflow_id, execution_id, status, started_at, finished_at, details)
      SELECT 'w-' || n % 20, 'e-' || n, 'COMPLETED', timestamptz '2026-01-01Z' + n * interval '1 minute',
        now(), '{}'
      FROM generate_series(1, 20000) n
      """;

  private static final String WORKFLOWS =
      """
      INSERT INTO workflows (workflow_id, version, name, tags, content, created_at, updated_at)
      SELECT 'w-' || n, 1, 'name', '{}', '{}', now(), now()
      FROM generate_series(0, 19) n
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final CapturingRunner runner = new CapturingRunner();

  private static void fill() throws SQLException {
    SERVER.storage();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      for (String sql : List.of(LETTERS, STATES, CHECKPOINTS, WORKFLOWS, EXECUTIONS)) {
        statement.execute(sql);
      }
      statement.execute(
          "ANALYZE dead_letters, dead_letter_states, checkpoints, workflows, executions");
    }
  }

  private static SchemaName schema() {
    return PostgresUrl.parse(SERVER.currentUrl()).schema();
  }

  /** How the last statement of {@code read} is done. */
  private String plan(Publisher<?> read) {
    Await.done(read);
    Sql sql = runner.last();
    Connections connections = new Connections(PostgresUrl.parse(SERVER.currentUrl()));
    Database database = new Database(connections.control());
    List<String> lines =
        Await.value(
            database.list(
                new Sql("EXPLAIN (ANALYZE, TIMING OFF) " + sql.text(), sql.arguments()),
                row -> row.text(0)));
    Await.done(database.close().then(connections.close()));
    return String.join("\n", lines);
  }

  private void requireIndex(String index, Publisher<?> read) {
    assertThat(plan(read)).contains(index).doesNotContain("Seq Scan").doesNotContain("Sort Key");
  }

  @Test
  void the_newest_failures_come_from_an_index() throws SQLException {
    fill();
    DeadLetterQueue letters = new PostgresDeadLetterQueue(runner, runner, schema());
    DeadLetterFilter any = DeadLetterFilter.all().limit(50);
    Failure failure = new Failure(1, LATE, "Type1", "no answer", Json.EMPTY);
    DeadLetter last =
        new DeadLetter(
            new DeadLetterKey(new JobId("job-1"), new ItemId("i-19900")),
            Json.EMPTY,
            List.of(failure),
            new DeadLetterState(true, START, 0, null),
            START,
            START);

    requireIndex("dead_letters_failed_at", letters.listNewest(any, null));
    requireIndex("dead_letters_failed_at", letters.listNewest(any, last));
    requireIndex("dead_letters_failed_at", letters.listNewest(any.withEligible(true), last));
    assertThat(plan(letters.list(any.failedWithin(TimeSpan.from(LATE)))))
        .contains("dead_letters_failed_at")
        .doesNotContain("Seq Scan on dead_letters ");
  }

  @Test
  void each_of_several_types_of_errors_comes_from_an_index() throws SQLException {
    fill();
    DeadLetterQueue letters = new PostgresDeadLetterQueue(runner, runner, schema());

    assertThat(plan(letters.list(DeadLetterFilter.all().withErrorTypes(Set.of("Type7", "Type8")))))
        .contains("dead_letters_of_signature")
        .contains("BitmapOr")
        .doesNotContain("Seq Scan");
  }

  @Test
  void the_last_saved_of_all_and_those_below_a_version_come_from_an_index() throws SQLException {
    fill();
    CheckpointStore checkpoints = new PostgresCheckpointStore(runner, schema());
    CheckpointInfo last =
        new CheckpointInfo(new WorkflowId("w-0"), 19_900, LATE, Json.EMPTY, 2, "");

    requireIndex("checkpoints_saved", checkpoints.listNewest(null, 500));
    requireIndex("checkpoints_saved", checkpoints.listNewest(last, 500));
    requireIndex(
        "checkpoints_pkey",
        checkpoints.list(CheckpointFilter.of(new WorkflowId("w-7")).below(15_000)));
  }

  @Test
  void old_executions_come_from_an_index() throws SQLException {
    fill();

    assertThat(
            plan(
                new PostgresWorkflowStore(runner, schema())
                    .listPrunable(new WorkflowId("w-7"), ExecutionRetention.last(100), 50)))
        .contains("executions_newest")
        .doesNotContain("Seq Scan on executions");
  }
}
