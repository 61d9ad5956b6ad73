package io.holdfast.checkpoint;

import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import io.holdfast.WorkflowId;
import java.time.Instant;
import java.util.Objects;

/**
 * Saved progress of a workflow.
 *
 * @param workflow whose progress
 * @param version 1, 2, 3 in each workflow
 * @param createdAt when it was saved, by the storage's clock
 * @param content what was saved
 */
public record Checkpoint(
    WorkflowId workflow, long version, Instant createdAt, CheckpointContent content) {

  /** How checkpoints are named, ordered and written. */
  public static final RecordKind<Checkpoint> KIND = new CheckpointKind();

  /** Cuts the time. */
  public Checkpoint {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(content, "content");
    createdAt = StorageTime.check("created at", createdAt);
  }
}
