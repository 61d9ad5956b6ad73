package io.holdfast.workflow;

import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which executions of a workflow are meant, and how many: those that meet every condition that is
 * set.
 *
 * @param workflow of this workflow
 * @param status where they are now
 * @param started started within this span
 * @param after only those behind this one in the list's order: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record ExecutionFilter(
    WorkflowId workflow,
    @Nullable ExecutionStatus status,
    TimeSpan started,
    @Nullable WorkflowExecution after,
    int limit) {

  /** Checks limit and place. */
  public ExecutionFilter {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(started, "started");
    Paging.check(limit);
    if (after != null && !after.workflow().equals(workflow)) {
      throw new InvalidInputException(
          "place in a history", "of another workflow", after.workflow().value());
    }
  }

  /** The last {@value Paging#LIMIT_DEFAULT} executions of {@code workflow}. */
  public static ExecutionFilter of(WorkflowId workflow) {
    return new ExecutionFilter(workflow, null, TimeSpan.ALWAYS, null, Paging.LIMIT_DEFAULT);
  }

  /** Only with this status. */
  public ExecutionFilter withStatus(ExecutionStatus only) {
    return new ExecutionFilter(workflow, only, started, after, limit);
  }

  /** Only those started within {@code span}. */
  public ExecutionFilter startedWithin(TimeSpan span) {
    return new ExecutionFilter(workflow, status, span, after, limit);
  }

  /** Only those behind {@code last}. */
  public ExecutionFilter after(WorkflowExecution last) {
    return new ExecutionFilter(workflow, status, started, last, limit);
  }

  /** At most {@code most}. */
  public ExecutionFilter limit(int most) {
    return new ExecutionFilter(workflow, status, started, after, most);
  }

  /** True if {@code execution} meets every condition but the place in the list. */
  public boolean matches(WorkflowExecution execution) {
    return workflow.equals(execution.workflow())
        && (status == null || status == execution.status())
        && started.contains(execution.startedAt());
  }
}
