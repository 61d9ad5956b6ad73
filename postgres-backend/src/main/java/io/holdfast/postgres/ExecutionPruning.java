package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.WorkflowExecution;
import java.time.Instant;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Takes old executions away. The counts stay: they are of all that were ever started. */
record ExecutionPruning(SqlRunner runner, SchemaName schema) {

  /** Behind the last one that stays for being one of the newest; nothing if there are fewer. */
  private static final String PRUNABLE =
      """
      FROM {schema}.executions e
      JOIN (
        SELECT n.started_at, n.execution_id
        FROM (
          SELECT started_at, execution_id
          FROM {schema}.executions
          WHERE workflow_id = $1
          ORDER BY started_at DESC, execution_id
          LIMIT $2
        ) n
        ORDER BY n.started_at, n.execution_id DESC
        LIMIT 1
      ) kept ON e.started_at <= kept.started_at
        AND (e.started_at < kept.started_at OR e.execution_id > kept.execution_id)
      WHERE e.workflow_id = $1 AND e.status <> 'RUNNING'
        AND ($3::timestamptz IS NULL OR e.started_at < $3)
      """;

  private static final String LIST =
      """
      SELECT {execution}
      {prunable}
      ORDER BY e.started_at DESC, e.execution_id
      LIMIT $4
      """
          .replace("{prunable}", PRUNABLE)
          .replace("{execution}", WorkflowRows.EXECUTION_OF_E);

  /** Waits for nobody: what is being finished just now is not for it. */
  private static final String PRUNE =
      """
      WITH chosen AS MATERIALIZED (
        SELECT e.execution_id
        {prunable}
        ORDER BY e.started_at, e.execution_id DESC
        LIMIT $4
        FOR UPDATE OF e SKIP LOCKED
      )
      DELETE FROM {schema}.executions x
      USING chosen c
      WHERE x.workflow_id = $1 AND x.execution_id = c.execution_id
      """
          .replace("{prunable}", PRUNABLE);

  Flux<WorkflowExecution> list(WorkflowId workflow, ExecutionRetention retention, int limit) {
    Mono<List<WorkflowExecution>> page =
        runner.list(sql(LIST, workflow, retention, limit), WorkflowRows::execution);
    return page.flatMapIterable(executions -> executions);
  }

  Mono<Long> prune(WorkflowId workflow, ExecutionRetention retention, int limit) {
    return runner.write(sql(PRUNE, workflow, retention, limit));
  }

  private Sql sql(String text, WorkflowId workflow, ExecutionRetention retention, int limit) {
    return Sql.of(
        schema.in(text),
        workflow.value(),
        retention.keepLast(),
        Sql.orNull(Instant.class, retention.before()),
        limit);
  }
}
