package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.CheckpointVersions;
import io.holdfast.checkpoint.IntactCheckpoint;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checkpoints as rows, large states as what each version has changed. */
final class PostgresCheckpointStore implements CheckpointStore {

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.checkpoints c
      {packs}
      WHERE c.workflow_id = $1 AND c.version = $2
      """
          .replace("{columns}", StoredCheckpoint.COLUMNS)
          .replace("{packs}", StoredCheckpoint.PACKS);

  private static final String LATEST =
      """
      SELECT {columns}
      FROM {schema}.checkpoints c
      {packs}
      WHERE c.workflow_id = $1 AND c.version = (
        SELECT max(version)
        FROM {schema}.checkpoints
        WHERE workflow_id = $1
      )
      """
          .replace("{columns}", StoredCheckpoint.COLUMNS)
          .replace("{packs}", StoredCheckpoint.PACKS);

  private static final String NEWEST_BELOW =
      """
      SELECT version
      FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version < $2
      ORDER BY version DESC
      LIMIT 1
      """;

  private static final String LIST =
      """
      SELECT {columns}
      FROM {schema}.checkpoints c
      WHERE {conditions}
      ORDER BY c.version DESC
      LIMIT {limit}
      """
          .replace("{columns}", SealedInfo.COLUMNS);

  private static final String LIST_NEWEST =
      """
      SELECT {columns}
      FROM {schema}.checkpoints c
      WHERE {conditions}
      ORDER BY c.created_at DESC, c.workflow_id DESC, c.version DESC
      LIMIT {limit}
      """
          .replace("{columns}", SealedInfo.COLUMNS);

  private static final String LIST_LATEST =
      """
      SELECT {columns}
      FROM {schema}.checkpoint_heads h
      JOIN {schema}.checkpoints c
        ON c.workflow_id = h.workflow_id AND c.version = (
          SELECT max(version)
          FROM {schema}.checkpoints
          WHERE workflow_id = h.workflow_id
        )
      WHERE h.workflow_id > $1
      ORDER BY h.workflow_id
      LIMIT $2
      """
          .replace("{columns}", SealedInfo.COLUMNS);

  private final SqlRunner runner;
  private final SchemaName schema;
  private final CheckpointSweep sweep;

  PostgresCheckpointStore(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.sweep = new CheckpointSweep(runner, schema);
  }

  @Override
  public Mono<Checkpoint> append(
      WorkflowId workflow, long expectedVersion, CheckpointContent content) {
    if (expectedVersion < 0) {
      throw new InvalidInputException(
          "expected version", "must be at least 0, was " + expectedVersion);
    }
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(content, "content");
    CheckpointSave save = new CheckpointSave(runner, schema, workflow, expectedVersion, content);
    return Mono.defer(save::run);
  }

  @Override
  public Mono<Checkpoint> findLatest(WorkflowId workflow) {
    return checkpoint(Sql.of(schema.in(LATEST), workflow.value()));
  }

  @Override
  public Mono<Checkpoint> find(WorkflowId workflow, long version) {
    return checkpoint(Sql.of(schema.in(FIND), workflow.value(), version));
  }

  private Mono<Checkpoint> checkpoint(Sql sql) {
    return runner.first(sql, StoredCheckpoint::of).flatMap(StoredCheckpoint::checkpoint);
  }

  @Override
  public Mono<IntactCheckpoint> findLatestIntact(WorkflowId workflow) {
    Objects.requireNonNull(workflow, "workflow");
    return IntactCheckpoint.search(
        workflow, version -> newestBelow(workflow, version), version -> find(workflow, version));
  }

  private Mono<Long> newestBelow(WorkflowId workflow, long version) {
    return runner.first(
        Sql.of(schema.in(NEWEST_BELOW), workflow.value(), version), row -> row.number(0));
  }

  @Override
  public Flux<CheckpointInfo> list(CheckpointFilter filter) {
    Conditions conditions =
        new Conditions()
            .and("c.workflow_id = %s", filter.workflow().value())
            .and("c.version < %s", filter.below())
            .within("c.created_at", filter.saved());
    return infos(conditions.limited(schema.in(LIST), filter.limit()));
  }

  @Override
  public Flux<CheckpointInfo> listNewest(@Nullable CheckpointInfo after, int limit) {
    Conditions conditions = new Conditions();
    if (after != null) {
      conditions
          .and("(c.created_at, c.workflow_id, c.version) < (%s", after.createdAt())
          .with(", %s", after.workflow().value())
          .with(", %s)", after.version());
    }
    return infos(conditions.limited(schema.in(LIST_NEWEST), Paging.check(limit)));
  }

  @Override
  public Flux<CheckpointInfo> listLatest(@Nullable WorkflowId after, int limit) {
    String from = after == null ? "" : after.value();
    return infos(Sql.of(schema.in(LIST_LATEST), from, Paging.check(limit)));
  }

  private Flux<CheckpointInfo> infos(Sql sql) {
    return SealedInfo.checked(runner.list(sql, SealedInfo::of));
  }

  @Override
  public Mono<Void> delete(WorkflowId workflow, long version) {
    return sweep.delete(workflow, Set.of(version)).then();
  }

  @Override
  public Mono<Long> delete(WorkflowId workflow, Set<Long> versions) {
    return sweep.delete(workflow, CheckpointVersions.checked(versions));
  }

  @Override
  public Flux<CheckpointInfo> listPrunable(
      WorkflowId workflow, CheckpointRetention retention, int limit) {
    return sweep.listPrunable(workflow, retention, Paging.check(limit));
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, CheckpointRetention retention) {
    return sweep.prune(workflow, retention);
  }
}
