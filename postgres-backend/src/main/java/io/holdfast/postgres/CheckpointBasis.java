package io.holdfast.postgres;

import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.content.Basis;
import reactor.core.publisher.Mono;

/**
 * What there is to build a version on.
 *
 * @param head the highest version ever given out
 * @param sweeps how often packs may have been taken away
 * @param packs those of the newest version below that is there
 * @param taken true if the version was there before, was deleted, and others need its pack
 */
record CheckpointBasis(long head, long sweeps, Basis packs, boolean taken) {

  private static final CheckpointBasis NONE = new CheckpointBasis(0, 0, Basis.NONE, false);

  /** The server hashes the bodies, so that no save builds on a damaged one. */
  private static final String BELOW =
      """
      SELECT h.version, h.sweeps, c.base_version, packs.frames,
        EXISTS (
          SELECT
          FROM {schema}.checkpoint_packs
          WHERE workflow_id = $1 AND pack = $2
        )
      FROM {schema}.checkpoint_heads h
      LEFT JOIN {schema}.checkpoints c
        ON c.workflow_id = h.workflow_id AND c.version = (
          SELECT max(version)
          FROM {schema}.checkpoints
          WHERE workflow_id = $1 AND version < $2
        )
      LEFT JOIN LATERAL (
        SELECT {frames} AS frames
        FROM {schema}.checkpoint_packs p
        WHERE p.workflow_id = c.workflow_id AND p.pack BETWEEN c.base_version AND c.version
      ) packs ON true
      WHERE h.workflow_id = $1
      """
          .replace("{frames}", PackFrames.OF_HASHES);

  /** For the version {@code version}; never empty. */
  static Mono<CheckpointBasis> below(
      SqlRunner runner, SchemaName schema, WorkflowId workflow, long version) {
    return runner
        .first(Sql.of(schema.in(BELOW), workflow.value(), version), CheckpointBasis::of)
        .defaultIfEmpty(NONE);
  }

  private static CheckpointBasis of(Columns row) {
    Long base = row.numberOrNull(2);
    Basis packs =
        base == null
            ? Basis.NONE
            : Basis.of(base, PackFrames.read("Packs", row.bytesOrNull(3), Basis.Stored::new));
    return new CheckpointBasis(row.number(0), row.number(1), packs, row.flag(4));
  }
}
