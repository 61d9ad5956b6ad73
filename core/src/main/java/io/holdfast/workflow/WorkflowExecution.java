package io.holdfast.workflow;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import io.holdfast.WorkflowId;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a workflow, in its history.
 *
 * @param workflow which workflow
 * @param id which run of it
 * @param status where it is
 * @param startedAt when it started, by the storage's clock
 * @param finishedAt when it finished, by the storage's clock; {@code null} while it is running
 * @param details what there is to say about it: parameters, then the outcome
 */
public record WorkflowExecution(
    WorkflowId workflow,
    ExecutionId id,
    ExecutionStatus status,
    Instant startedAt,
    @Nullable Instant finishedAt,
    Json details) {

  /** How executions are named, ordered and written. */
  public static final RecordKind<WorkflowExecution> KIND = new ExecutionKind();

  /** Cuts the times; a running execution has no time of finish, any other has one. */
  public WorkflowExecution {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(details, "details");
    startedAt = StorageTime.check("started at", startedAt);
    finishedAt = finishedAt == null ? null : StorageTime.check("finished at", finishedAt);
    if ((status == ExecutionStatus.RUNNING) != (finishedAt == null)) {
      throw new InvalidInputException(
          "execution " + id, status + " does not go with finish time " + finishedAt);
    }
  }
}
