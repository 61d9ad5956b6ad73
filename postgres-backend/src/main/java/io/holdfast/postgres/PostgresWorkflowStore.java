package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import io.holdfast.NotFoundException;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import io.holdfast.workflow.WorkflowSummary;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Workflows as rows; {@link Executions} has the rest. */
final class PostgresWorkflowStore implements WorkflowStore {

  private static final String CREATE =
      """
      INSERT INTO {schema}.workflows (workflow_id, version, name, author, description, tags, content,
        created_at, updated_at)
      VALUES ($1, 1, $2, $3, $4, $5, $6, now(), now())
      ON CONFLICT (workflow_id) DO NOTHING
      RETURNING {workflow}
      """;

  private static final String FIND =
      """
      SELECT {workflow}
      FROM {schema}.workflows
      WHERE workflow_id = $1
      """;

  private static final String LIST =
      """
      SELECT {workflow}
      FROM {schema}.workflows
      WHERE {conditions}
      ORDER BY workflow_id
      LIMIT {limit}
      """;

  /** The fence is there for plans for any tag: they would walk through all workflows in order. */
  private static final String LIST_TAGGED =
      """
      SELECT {workflow}
      FROM (
        SELECT {workflow}
        FROM {schema}.workflows
        WHERE {conditions}
        OFFSET 0
      ) AS tagged
      ORDER BY workflow_id
      LIMIT {limit}
      """;

  private static final String UPDATE =
      """
      UPDATE {schema}.workflows
      SET version = version + 1, name = $3, author = $4, description = $5, tags = $6, content = $7,
        last_write = $8, updated_at = greatest(now(), updated_at)
      WHERE workflow_id = $1 AND version = $2
      RETURNING {workflow}
      """;

  private static final String FIND_RESULT =
      """
      SELECT {workflow}
      FROM {schema}.workflows
      WHERE workflow_id = $1 AND version = $2 AND last_write = $3
      """;

  static final String DELETE =
      """
      DELETE FROM {schema}.workflows
      WHERE workflow_id = $1
      """;

  /** Every execution is counted when it starts: {@code execution_counts}. */
  private static final String SUMMARIES =
      """
      SELECT {w.workflow}, counted.total, {e.execution}
      FROM ({list}) AS w
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(c.started), 0)::bigint AS total
        FROM {schema}.execution_counts c
        WHERE c.workflow_id = w.workflow_id
      ) AS counted
      LEFT JOIN LATERAL (
        SELECT {execution}
        FROM {schema}.executions
        WHERE workflow_id = w.workflow_id
        ORDER BY started_at DESC, execution_id
        LIMIT 1
      ) AS e ON true
      ORDER BY w.workflow_id
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final Executions executions;
  private final ExecutionPruning pruning;

  PostgresWorkflowStore(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.executions = new Executions(runner, schema);
    this.pruning = new ExecutionPruning(runner, schema);
  }

  private String sql(String text) {
    return schema
        .in(text)
        .replace("{w.workflow}", WorkflowRows.WORKFLOW_OF_W)
        .replace("{e.execution}", WorkflowRows.EXECUTION_OF_E)
        .replace("{workflow}", WorkflowRows.WORKFLOW)
        .replace("{execution}", WorkflowRows.EXECUTION);
  }

  @Override
  public Mono<Workflow> create(WorkflowId id, WorkflowDetails details) {
    Sql sql =
        Sql.of(
            sql(CREATE),
            id.value(),
            details.name(),
            Sql.text(details.author()),
            Sql.text(details.description()),
            WorkflowRows.tags(details),
            Sql.json(details.content()));
    return runner
        .first(sql, WorkflowRows::workflow)
        .switchIfEmpty(Mono.defer(() -> repeatedCreation(id, details)));
  }

  private Mono<Workflow> repeatedCreation(WorkflowId id, WorkflowDetails details) {
    return get(id)
        .flatMap(
            there ->
                there.version() == 1 && there.details().equals(details)
                    ? Mono.just(there)
                    : Mono.error(versionConflict(id, 0, there)));
  }

  @Override
  public Mono<Workflow> find(WorkflowId id) {
    return runner.first(Sql.of(sql(FIND), id.value()), WorkflowRows::workflow);
  }

  @Override
  public Flux<Workflow> list(WorkflowFilter filter) {
    return runner
        .list(
            conditions(filter).limited(sql(listing(filter)), filter.limit()),
            WorkflowRows::workflow)
        .flatMapIterable(workflows -> workflows);
  }

  private static String listing(WorkflowFilter filter) {
    return filter.tag() == null ? LIST : LIST_TAGGED;
  }

  @Override
  public Flux<WorkflowSummary> summaries(WorkflowFilter filter) {
    String summaries = SUMMARIES.replace("{list}", listing(filter));
    Sql sql = conditions(filter).limited(sql(summaries), filter.limit());
    return runner.list(sql, WorkflowRows::summary).flatMapIterable(page -> page);
  }

  private static Conditions conditions(WorkflowFilter filter) {
    WorkflowId after = filter.after();
    return new Conditions()
        .andIfPresent("position(%s IN name) > 0", filter.namePart())
        .andIfPresent("tags @> %s", filter.tag() == null ? null : new String[] {filter.tag()})
        .andIfPresent("author = %s", filter.author())
        .within("created_at", filter.created())
        .andIfPresent("workflow_id > %s", after == null ? null : after.value());
  }

  @Override
  public Mono<WorkflowSummary> summary(WorkflowId id) {
    Sql sql =
        new Conditions()
            .and("workflow_id = %s", id.value())
            .limited(sql(SUMMARIES.replace("{list}", LIST)), 1);
    return runner.first(sql, WorkflowRows::summary);
  }

  @Override
  public Mono<Workflow> update(Workflow changed) {
    // Made once a call, so that subscribing again is recognised as the same update.
    String write = Names.unique();
    WorkflowDetails details = changed.details();
    Sql sql =
        Sql.of(
            sql(UPDATE),
            changed.id().value(),
            changed.version(),
            details.name(),
            Sql.text(details.author()),
            Sql.text(details.description()),
            WorkflowRows.tags(details),
            Sql.json(details.content()),
            write);
    return runner
        .first(sql, WorkflowRows::workflow)
        .switchIfEmpty(Mono.defer(() -> refusedUpdate(changed, write)));
  }

  /** Finds out why nothing was written; an update that had been applied before is no failure. */
  private Mono<Workflow> refusedUpdate(Workflow changed, String write) {
    Sql sql = Sql.of(sql(FIND_RESULT), changed.id().value(), changed.version() + 1, write);
    return runner
        .first(sql, WorkflowRows::workflow)
        .switchIfEmpty(
            Mono.defer(() -> get(changed.id()))
                .flatMap(
                    there -> Mono.error(versionConflict(changed.id(), changed.version(), there))));
  }

  private static ConflictException versionConflict(WorkflowId id, long expected, Workflow there) {
    return ConflictException.ofVersion("Workflow", id.value(), expected, there.version());
  }

  @Override
  public Mono<Void> delete(WorkflowId id) {
    return runner.write(Sql.of(sql(DELETE), id.value())).then();
  }

  @Override
  public Mono<WorkflowExecution> start(WorkflowId workflow, ExecutionId id, Json details) {
    return executions
        .start(workflow, id, details)
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Workflow", workflow.value())));
  }

  @Override
  public Mono<WorkflowExecution> finish(
      WorkflowId workflow, ExecutionId id, ExecutionStatus status, Json details) {
    if (status == ExecutionStatus.RUNNING) {
      throw new InvalidInputException("execution status", "RUNNING is not an end");
    }
    return executions.finish(workflow, id, status, details);
  }

  @Override
  public Flux<WorkflowExecution> history(ExecutionFilter filter) {
    return executions.history(filter);
  }

  @Override
  public Flux<WorkflowExecution> listPrunable(
      WorkflowId workflow, ExecutionRetention retention, int limit) {
    return pruning.list(workflow, retention, Paging.check(limit));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, ExecutionRetention retention, int limit) {
    return pruning.prune(workflow, retention, Paging.check(limit));
  }
}
