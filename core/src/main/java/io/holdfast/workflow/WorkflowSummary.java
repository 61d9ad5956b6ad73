package io.holdfast.workflow;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A workflow and what became of it.
 *
 * @param workflow the definition
 * @param executions how many executions were ever started in this storage, or loaded into it, those
 *     that were {@linkplain WorkflowStore#prune pruned} among them
 * @param last the execution that was started last; {@code null} if none was
 */
public record WorkflowSummary(
    Workflow workflow, long executions, @Nullable WorkflowExecution last) {

  /** Checks. */
  public WorkflowSummary {
    Objects.requireNonNull(workflow, "workflow");
  }
}
