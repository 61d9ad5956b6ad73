package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes versions, and the packs that no other version needs. The workflow's head is locked first:
 * a save that builds on a pack which goes comes after that, and finds {@code sweeps} changed.
 */
final class CheckpointSweep {

  /** What a load of checkpoints locks, before the heads: so the two cannot wait for each other. */
  private static final String LOCK = "LOCK TABLE {schema}.checkpoints IN ROW EXCLUSIVE MODE";

  private static final String BEGIN =
      """
      UPDATE {schema}.checkpoint_heads
      SET sweeps = sweeps + 1
      WHERE workflow_id = $1
      """;

  private static final String DELETE =
      """
      DELETE FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version = ANY($2)
      """;

  private static final String PRUNABLE =
      """
      c.workflow_id = $1
        AND c.version < (
          SELECT min(version)
          FROM (
            SELECT version
            FROM {schema}.checkpoints
            WHERE workflow_id = $1
            ORDER BY version DESC
            LIMIT $2
          ) newest
        )
        AND ($3::timestamptz IS NULL OR c.created_at < $3)
        AND ($4::jsonb IS NULL OR NOT c.metadata @> $4)
      """;

  private static final String PRUNE =
      """
      DELETE FROM {schema}.checkpoints c
      WHERE {prunable}
      """
          .replace("{prunable}", PRUNABLE);

  private static final String LIST_PRUNABLE =
      """
      SELECT {columns}
      FROM {schema}.checkpoints c
      WHERE {prunable}
      ORDER BY c.version DESC
      LIMIT $5
      """
          .replace("{columns}", SealedInfo.COLUMNS)
          .replace("{prunable}", PRUNABLE);

  private static final String END =
      """
      DELETE FROM {schema}.checkpoint_packs p
      WHERE p.workflow_id = $1 AND NOT EXISTS (
        SELECT
        FROM {schema}.checkpoints c
        WHERE c.workflow_id = $1 AND c.base_version <= p.pack AND c.version >= p.pack
      )
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  CheckpointSweep(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  Mono<Long> delete(WorkflowId workflow, Set<Long> versions) {
    Objects.requireNonNull(workflow, "workflow");
    Long[] gone = versions.toArray(Long[]::new);
    return gone.length == 0
        ? Mono.just(0L)
        : sweep(workflow, Sql.of(schema.in(DELETE), workflow.value(), gone));
  }

  Mono<Long> prune(WorkflowId workflow, CheckpointRetention retention) {
    return sweep(
        workflow,
        Sql.of(
            schema.in(PRUNE),
            workflow.value(),
            retention.keepLast(),
            Sql.orNull(Instant.class, retention.before()),
            Sql.jsonOrNull(retention.keepMatching())));
  }

  Flux<CheckpointInfo> listPrunable(WorkflowId workflow, CheckpointRetention retention, int limit) {
    Sql sql =
        Sql.of(
            schema.in(LIST_PRUNABLE),
            workflow.value(),
            retention.keepLast(),
            Sql.orNull(Instant.class, retention.before()),
            Sql.jsonOrNull(retention.keepMatching()),
            limit);
    return SealedInfo.checked(runner.list(sql, SealedInfo::of));
  }

  private Mono<Long> sweep(WorkflowId workflow, Sql delete) {
    return runner.atomically(
        tx ->
            tx.execute(schema.in(LOCK))
                .then(tx.write(Sql.of(schema.in(BEGIN), workflow.value())))
                // A statement of its own each: it has to see what the lock waited for.
                .then(tx.write(delete))
                .flatMap(
                    deleted ->
                        tx.write(Sql.of(schema.in(END), workflow.value())).thenReturn(deleted)));
  }
}
