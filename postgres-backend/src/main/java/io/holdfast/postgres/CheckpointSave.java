package io.holdfast.postgres;

import io.holdfast.ConflictException;
import io.holdfast.Names;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.StateDigest;
import io.holdfast.checkpoint.StateSize;
import io.holdfast.checkpoint.content.Pack;
import io.holdfast.checkpoint.content.PackedState;
import io.holdfast.checkpoint.content.StatePacker;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * One call of a save. A small state is one statement. A large one is two: which pieces are there
 * already, and then those that are new.
 */
final class CheckpointSave {

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
          -- What this builds on is still there.
          AND ($3::bigint IS NULL OR sweeps = $3)
        RETURNING version
      ), next AS (
        SELECT version FROM moved UNION ALL SELECT version FROM advanced
      ), packed AS (
        INSERT INTO {schema}.checkpoint_packs (workflow_id, pack, directory, body)
        SELECT $1, version, $11, $12
        FROM next
        WHERE $11::bytea IS NOT NULL
        RETURNING pack
      )
      INSERT INTO {schema}.checkpoints (workflow_id, version, created_at, size_bytes, sha256,
        metadata, write_id, state, base_version, manifest, seal)
      SELECT $1, version, now(), $4, $5, $6, $7, $8, $9, $10, {seal}
      FROM next
      RETURNING version, created_at
      """
          .replace(
              "{seal}", SealedInfo.SEAL.formatted("$1", "version", "now()", "$13", "$5", "$4"));

  private static final String HEAD =
      """
      SELECT version
      FROM {schema}.checkpoint_heads
      WHERE workflow_id = $1
      """;

  private static final String APPLIED =
      """
      SELECT version, created_at
      FROM {schema}.checkpoints
      WHERE workflow_id = $1 AND version = $2 AND write_id = $3
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final WorkflowId workflow;
  private final long expected;
  private final CheckpointContent content;

  /** Made once a call, so that subscribing again is recognised as the same save. */
  private final String write = Names.unique();

  CheckpointSave(
      SqlRunner runner,
      SchemaName schema,
      WorkflowId workflow,
      long expected,
      CheckpointContent content) {
    this.runner = runner;
    this.schema = schema;
    this.workflow = workflow;
    this.expected = expected;
    this.content = content;
  }

  /** What is to be written. */
  private record Prepared(
      StateDigest digest,
      String metadataSha256,
      @Nullable Long sweeps,
      @Nullable PackedState packed) {}

  Mono<Checkpoint> run() {
    return prepared().flatMap(this::append).switchIfEmpty(Mono.defer(this::refused));
  }

  /** Empty if the workflow is not where it should be. */
  private Mono<Prepared> prepared() {
    int size = content.state().sizeBytes();
    if (size < StatePacker.PACKED_BYTES_MIN) {
      long bytes = (long) size + content.metadata().sizeBytes();
      return StoredCheckpoint.heavy(bytes, Mono.fromCallable(this::plain));
    }
    return CheckpointBasis.below(runner, schema, workflow, expected + 1)
        .filter(basis -> basis.head() == expected)
        .flatMap(basis -> StoredCheckpoint.offEventLoop(Mono.fromCallable(() -> pack(basis))));
  }

  private Prepared plain() {
    return new Prepared(StateDigest.of(content.state()), metadataSha256(), null, null);
  }

  private String metadataSha256() {
    return SealedInfo.ofMetadata(content.metadata());
  }

  private Prepared pack(CheckpointBasis basis) {
    byte[] canonical = content.state().canonical();
    StateSize.warnOf(workflow, canonical);
    PackedState packed = StatePacker.pack(expected + 1, canonical, basis.packs());
    Long sweeps = packed.base() <= expected ? basis.sweeps() : null;
    return new Prepared(StateDigest.ofCanonical(canonical), metadataSha256(), sweeps, packed);
  }

  private Mono<Checkpoint> append(Prepared prepared) {
    PackedState packed = prepared.packed();
    Pack pack = packed == null ? null : packed.pack();
    return runner.first(
        Sql.of(
            schema.in(APPEND),
            workflow.value(),
            expected,
            Sql.orNull(Long.class, prepared.sweeps()),
            prepared.digest().sizeBytes(),
            prepared.digest().sha256(),
            Sql.json(content.metadata()),
            write,
            Sql.jsonOrNull(packed == null ? content.state() : null),
            Sql.orNull(Long.class, packed == null ? null : packed.base()),
            Sql.bytes(packed == null ? null : packed.manifest()),
            Sql.bytes(pack == null ? null : pack.directory()),
            Sql.bytes(pack == null ? null : pack.body()),
            prepared.metadataSha256()),
        this::checkpoint);
  }

  private Checkpoint checkpoint(Columns row) {
    return new Checkpoint(workflow, row.number(0), row.time(1), content);
  }

  /** Finds out why nothing was written; a save that had been applied before is no failure. */
  private Mono<Checkpoint> refused() {
    return runner
        .first(Sql.of(schema.in(APPLIED), workflow.value(), expected + 1, write), this::checkpoint)
        .switchIfEmpty(
            runner
                .first(Sql.of(schema.in(HEAD), workflow.value()), row -> row.number(0))
                .defaultIfEmpty(0L)
                .flatMap(this::again));
  }

  /** What the save was to build on was pruned meanwhile; or the version is another one. */
  private Mono<Checkpoint> again(long actual) {
    return actual == expected
        ? run()
        : Mono.error(
            ConflictException.ofVersion("Checkpoint of", workflow.value(), expected, actual));
  }
}
