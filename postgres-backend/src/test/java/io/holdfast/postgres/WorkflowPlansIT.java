package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.contract.Await;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the statements of workflows read, with many of them, and what starters wait for. */
class WorkflowPlansIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  private static final String WORKFLOWS =
      """
      INSERT INTO workflows (workflow_id, version, name, author, tags, content, created_at, updated_at)
      SELECT 'w-' || i, 1, 'name ' || i, 'author-' || i % 500, ARRAY['tag-' || i % 500], '{}',
        timestamptz '2026-01-01Z' + i * interval '1 minute', now()
      FROM generate_series(1, 20000) i
      """;

  private static final String EXECUTIONS =
      """
      INSERT INTO executions (workflow_id, execution_id, status, started_at, finished_at, details)
      SELECT 'w-' || i % 4 + 1, 'e-' || i, CASE WHEN i % 5000 = 0 THEN 'FAILED' ELSE 'COMPLETED' END,
        timestamptz '2026-01-01Z' + i * interval '1 second', now(), '{}'
      FROM generate_series(1, 100000) i
      """;

  private static final String COUNTS =
      """
      INSERT INTO execution_counts (workflow_id, stripe, started)
      SELECT 'w-' || i, -i, 0
      FROM generate_series(1, 20000) i
      """;

  private final CapturingRunner runner = new CapturingRunner();

  private void fill() throws SQLException {
    SERVER.storage();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(WORKFLOWS);
      statement.execute(EXECUTIONS);
      statement.execute(COUNTS);
      statement.execute("ANALYZE workflows, executions, execution_counts");
    }
  }

  private WorkflowStore store() {
    return new PostgresWorkflowStore(runner, PostgresUrl.parse(SERVER.currentUrl()).schema());
  }

  /** The plan of the first call, and the one that a connection keeps to when it has seen many. */
  private List<String> plans(Publisher<?> read) throws SQLException {
    Await.all(Flux.from(read));
    return List.of(plan(0), plan(10));
  }

  private String plan(int before) throws SQLException {
    StringJoiner values = new StringJoiner(", ");
    runner.last().arguments().forEach(value -> values.add(literal(value)));
    StringBuilder plan = new StringBuilder();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute("PREPARE asked AS " + runner.last().text());
      for (int i = 0; i < before; i++) {
        statement.execute("EXECUTE asked(" + values + ")");
      }
      try (ResultSet lines =
          statement.executeQuery("EXPLAIN (ANALYZE, COSTS OFF) EXECUTE asked(" + values + ")")) {
        while (lines.next()) {
          plan.append(lines.getString(1)).append('\n');
        }
      }
    }
    return plan.toString();
  }

  private static String literal(Object value) {
    if (value instanceof String[] texts) {
      return "ARRAY['" + String.join("', '", Arrays.asList(texts)) + "']";
    }
    return value instanceof Number ? value.toString() : "'" + value + "'";
  }

  private void requireUses(String index, Publisher<?> read) throws SQLException {
    assertThat(plans(read))
        .allSatisfy(
            plan -> assertThat(plan).contains(index).doesNotContain("Seq Scan on executions"));
  }

  @Test
  void each_filter_has_its_index() throws SQLException {
    fill();
    WorkflowFilter any = WorkflowFilter.all();
    requireUses("workflows_of_author", store().list(any.withAuthor("author-7")));
    requireUses("workflows_tags", store().list(any.withTag("tag-7")));
    requireUses("workflows_pkey", store().list(any.after(new WorkflowId("w-5")).limit(50)));
    TimeSpan hour = new TimeSpan(START, START.plusSeconds(3_600));
    assertThat(plans(store().list(any.createdWithin(hour))).get(0)).contains("workflows_created");

    WorkflowId busy = new WorkflowId("w-1");
    ExecutionFilter history = ExecutionFilter.of(busy);
    requireUses("executions_newest", store().history(history));
    requireUses("executions_newest", store().history(history.after(run(busy))));
    requireUses(
        "executions_of_status", store().history(history.withStatus(ExecutionStatus.FAILED)));
    requireUses("executions_newest", store().summary(busy));
    requireUses("execution_counts_pkey", store().summary(busy));
  }

  private static WorkflowExecution run(WorkflowId workflow) {
    return new WorkflowExecution(
        workflow,
        new ExecutionId("e-50000"),
        ExecutionStatus.RUNNING,
        START.plusSeconds(50_000),
        null,
        Json.EMPTY);
  }

  @Test
  void a_summary_reads_one_execution_of_a_hundred_thousand() throws SQLException {
    fill();

    assertThat(Await.value(SERVER.storage().workflows().summary(new WorkflowId("w-1"))))
        .satisfies(
            summary -> assertThat(summary.executions()).isEqualTo(25_000),
            summary -> assertThat(summary.last()).isNotNull());
    assertThat(plans(store().summary(new WorkflowId("w-1"))))
        .allSatisfy(
            plan ->
                assertThat(plan.lines().filter(line -> line.contains("executions_newest")).toList())
                    .singleElement()
                    .asString()
                    .containsPattern("rows=1(\\.00)? loops=1"));
  }

  @Test
  void nobody_waits_for_the_start_of_an_open_transaction_and_rows_stay_few() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    WorkflowId busy = new WorkflowId("busy");
    Await.value(storage.workflows().create(busy, WorkflowDetails.of("busy", Json.EMPTY)));

    Mono<Long> inside =
        storage.inTransaction(
            tx ->
                tx.workflows()
                    .start(busy, new ExecutionId("slow"), Json.EMPTY)
                    .thenMany(
                        Flux.range(0, 100)
                            .concatMap(i -> Mono.fromFuture(start(storage, busy, i).toFuture())))
                    .count());
    assertThat(Await.value(inside)).as("done while the other is open").isEqualTo(100);
    Await.done(Flux.range(100, 400).flatMap(i -> start(storage, busy, i), 8));

    assertThat(Await.value(storage.workflows().summary(busy)).executions()).isEqualTo(501);
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT count(*) FROM execution_counts")) {
      rows.next();
      assertThat(rows.getInt(1)).as("as many as there were at once").isLessThanOrEqualTo(12);
    }
  }

  private static Mono<WorkflowExecution> start(UnifiedStorage storage, WorkflowId workflow, int i) {
    return storage
        .workflows()
        .start(workflow, new ExecutionId("e-" + i), Json.EMPTY)
        .timeout(Duration.ofSeconds(10));
  }
}
