package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.StateDigest;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Checkpoints as rows. */
final class PostgresCheckpointStore implements CheckpointStore {

  static final String COLUMNS =
      "workflow_id, version, created_at, metadata, state, size_bytes, sha256";

  /** The head decides: it is there even when its checkpoint was deleted. */
  private static final String APPEND =
      """
      WITH moved AS (
        INSERT INTO {schema}.checkpoint_heads AS h (workflow_id, version)
        SELECT $1, 1
        WHERE $2::bigint = 0
        ON CONFLICT (workflow_id) DO NOTHING
        RETURNING version
      ), advanced AS (
        UPDATE {schema}.checkpoint_heads
        SET version = version + 1
        WHERE workflow_id = $1 AND version = $2 AND $2::bigint > 0
        RETURNING version
      )
      INSERT INTO {schema}.checkpoints (workflow_id, version, created_at, size_bytes, sha256,
        metadata, state, write_id)
      SELECT $1, next.version, now(), $3, $4, $5, $6, $7
      FROM (SELECT version FROM moved UNION ALL SELECT version FROM advanced) next
      RETURNING {columns}
      """;

  private static final String HEAD =
      """
      SELECT version
      FROM {schema}.checkpoint_heads
      WHERE workflow_id = $1
      """;

  private static final String FIND =
      """
      SELECT {columns}
      FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version = $2
      """;

  private static final String FIND_RESULT =
      """
      SELECT {columns}
      FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version = $2 AND write_id = $3
      """;

  private static final String LATEST =
      """
      SELECT {columns}
      FROM {schema}.checkpoints
      WHERE workflow_id = $1
      ORDER BY version DESC
      LIMIT 1
      """;

  private static final String LIST =
      """
      SELECT workflow_id, version, created_at, metadata, size_bytes, sha256
      FROM {schema}.checkpoints
      WHERE workflow_id = $1
      ORDER BY version DESC
      LIMIT $2
      """;

  private static final String DELETE =
      """
      DELETE FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version = $2
      """;

  private static final String PRUNE =
      """
      DELETE FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version < (
        SELECT min(version)
        FROM (
          SELECT version
          FROM {schema}.checkpoints
          WHERE workflow_id = $1
          ORDER BY version DESC
          LIMIT $2
        ) newest
      )
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  PostgresCheckpointStore(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  private String sql(String text) {
    return schema.in(text).replace("{columns}", COLUMNS);
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
    // Made once a call, so that subscribing again is recognised as the same save.
    String write = Names.unique();
    return Mono.defer(
        () -> {
          StateDigest digest = StateDigest.of(content.state());
          Sql sql =
              Sql.of(
                  sql(APPEND),
                  workflow.value(),
                  expectedVersion,
                  digest.sizeBytes(),
                  digest.sha256(),
                  Sql.json(content.metadata()),
                  Sql.json(content.state()),
                  write);
          return runner
              .first(sql, PostgresCheckpointStore::checkpoint)
              .switchIfEmpty(Mono.defer(() -> refused(workflow, expectedVersion, write)));
        });
  }

  /** Finds out why nothing was written; a save that had been applied before is no failure. */
  private Mono<Checkpoint> refused(WorkflowId workflow, long expectedVersion, String write) {
    Sql result = Sql.of(sql(FIND_RESULT), workflow.value(), expectedVersion + 1, write);
    return runner
        .first(result, PostgresCheckpointStore::checkpoint)
        .switchIfEmpty(
            runner
                .first(Sql.of(sql(HEAD), workflow.value()), row -> row.number(0))
                .defaultIfEmpty(0L)
                .flatMap(
                    actual ->
                        Mono.error(
                            ConflictException.ofVersion(
                                "Checkpoint of", workflow.value(), expectedVersion, actual))));
  }

  @Override
  public Mono<Checkpoint> findLatest(WorkflowId workflow) {
    return runner.first(Sql.of(sql(LATEST), workflow.value()), PostgresCheckpointStore::checkpoint);
  }

  @Override
  public Mono<Checkpoint> find(WorkflowId workflow, long version) {
    return runner.first(
        Sql.of(sql(FIND), workflow.value(), version), PostgresCheckpointStore::checkpoint);
  }

  @Override
  public Flux<CheckpointInfo> list(WorkflowId workflow, int limit) {
    return runner
        .list(
            Sql.of(sql(LIST), workflow.value(), Paging.check(limit)),
            row ->
                new CheckpointInfo(
                    new WorkflowId(row.text(0)),
                    row.number(1),
                    row.time(2),
                    row.json(3),
                    row.number(4),
                    row.text(5)))
        .flatMapIterable(infos -> infos);
  }

  @Override
  public Mono<Void> delete(WorkflowId workflow, long version) {
    return runner.write(Sql.of(sql(DELETE), workflow.value(), version)).then();
  }

  @Override
  public Mono<Long> prune(WorkflowId workflow, int keepLast) {
    if (keepLast < 1) {
      throw new InvalidInputException("keep last", "must be at least 1, was " + keepLast);
    }
    return runner.write(Sql.of(sql(PRUNE), workflow.value(), keepLast));
  }

  static Checkpoint checkpoint(Columns row) {
    Checkpoint checkpoint =
        new Checkpoint(
            new WorkflowId(row.text(0)),
            row.number(1),
            row.time(2),
            new CheckpointContent(row.json(4), row.json(3)));
    StateDigest digest = StateDigest.of(checkpoint.content().state());
    if (!digest.equals(new StateDigest(row.number(5), row.text(6)))) {
      throw new CorruptDataException(
          "Checkpoint " + Checkpoint.KIND.key(checkpoint), "its SHA-256 is " + digest.sha256());
    }
    return checkpoint;
  }
}
