package io.holdfast.workflow;

import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import io.holdfast.WorkflowId;
import java.time.Instant;
import java.util.Objects;

/**
 * A workflow definition as the store keeps it.
 *
 * @param id its id
 * @param version 1 when created, one more with every write
 * @param details what it is
 * @param createdAt when it was created, by the storage's clock
 * @param updatedAt when it was last written, by the storage's clock
 */
public record Workflow(
    WorkflowId id, long version, WorkflowDetails details, Instant createdAt, Instant updatedAt) {

  /** How workflows are named, ordered and written. */
  public static final RecordKind<Workflow> KIND = new WorkflowKind();

  /** Cuts the times. */
  public Workflow {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(details, "details");
    createdAt = StorageTime.check("created at", createdAt);
    updatedAt = StorageTime.check("updated at", updatedAt);
  }

  /** The same workflow with other details. */
  public Workflow withDetails(WorkflowDetails changed) {
    return new Workflow(id, version, changed, createdAt, updatedAt);
  }
}
