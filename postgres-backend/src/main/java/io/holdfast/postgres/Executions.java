package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The executions of workflows as rows. A trigger of the schema counts them. */
final class Executions {

  /** The foreign key alone would not do: one that is not met spoils a transaction. */
  private static final String START =
      """
      WITH known AS (
        SELECT workflow_id
        FROM {schema}.workflows
        WHERE workflow_id = $1
        FOR KEY SHARE
      )
      INSERT INTO {schema}.executions (workflow_id, execution_id, status, started_at, details)
      SELECT workflow_id, $2, 'RUNNING', now(), $3
      FROM known
      ON CONFLICT (workflow_id, execution_id) DO NOTHING
      RETURNING {execution}
      """;

  private static final String FINISH =
      """
      UPDATE {schema}.executions
      SET status = $3, finished_at = greatest(now(), started_at), details = $4
      WHERE workflow_id = $1 AND execution_id = $2 AND status = 'RUNNING'
      RETURNING {execution}
      """;

  private static final String FIND_EXECUTION =
      """
      SELECT {execution}
      FROM {schema}.executions
      WHERE workflow_id = $1 AND execution_id = $2
      """;

  private static final String HISTORY =
      """
      SELECT {execution}
      FROM {schema}.executions
      WHERE {conditions}
      ORDER BY started_at DESC, execution_id
      LIMIT {limit}
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  Executions(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  private String sql(String text) {
    return schema.in(text).replace("{execution}", WorkflowRows.EXECUTION);
  }

  /** Empty if there is no such workflow. */
  Mono<WorkflowExecution> start(WorkflowId workflow, ExecutionId id, Json details) {
    Sql sql = Sql.of(sql(START), workflow.value(), id.value(), Sql.json(details));
    return runner
        .first(sql, WorkflowRows::execution)
        .switchIfEmpty(Mono.defer(() -> repeatedStart(workflow, id, details)));
  }

  private Mono<WorkflowExecution> repeatedStart(WorkflowId workflow, ExecutionId id, Json details) {
    return find(workflow, id)
        .flatMap(
            there ->
                there.status() == ExecutionStatus.RUNNING && there.details().equals(details)
                    ? Mono.just(there)
                    : Mono.error(conflict(workflow, id, "absent")));
  }

  /** Records the end of one. */
  Mono<WorkflowExecution> finish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details) {
    Sql sql = Sql.of(sql(FINISH), workflow.value(), id.value(), status.name(), Sql.json(details));
    return runner
        .first(sql, WorkflowRows::execution)
        .switchIfEmpty(Mono.defer(() -> repeatedFinish(workflow, id, status, details)));
  }

  private Mono<WorkflowExecution> repeatedFinish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details) {
    return find(workflow, id)
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Execution", workflow + "/" + id)))
        .filter(there -> there.status() == status && there.details().equals(details))
        .switchIfEmpty(Mono.error(() -> conflict(workflow, id, "RUNNING")));
  }

  private Mono<WorkflowExecution> find(WorkflowId workflow, ExecutionId id) {
    Sql sql = Sql.of(sql(FIND_EXECUTION), workflow.value(), id.value());
    return runner.first(sql, WorkflowRows::execution);
  }

  private static ConflictException conflict(WorkflowId workflow, ExecutionId id, String expected) {
    return new ConflictException(
        "Execution", workflow + "/" + id, expected, "recorded with another status or details");
  }

  /** A page of a history. */
  Flux<WorkflowExecution> history(ExecutionFilter filter) {
    ExecutionStatus status = filter.status();
    Conditions conditions =
        new Conditions()
            .and("workflow_id = %s", filter.workflow().value())
            .andIfPresent("status = %s", status == null ? null : status.name())
            .within("started_at", filter.started());
    WorkflowExecution after = filter.after();
    if (after != null) {
      conditions
          .and("started_at <= %s", after.startedAt())
          .and("(started_at < %s", after.startedAt())
          .or("execution_id > %s)", after.id().value());
    }
    return runner
        .list(conditions.limited(sql(HISTORY), filter.limit()), WorkflowRows::execution)
        .flatMapIterable(page -> page);
  }
}
