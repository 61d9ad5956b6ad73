package io.holdfast.workflow;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which executions of a workflow may go: those that none of these rules keeps. The one that was
 * started last always stays, and so do all that are running.
 *
 * @param keepLast how many of those started last stay, at least 1
 * @param before only what was started before this goes; {@code null}: however young it is
 */
public record ExecutionRetention(int keepLast, @Nullable Instant before) {

  /**
   * Checks the rules.
   *
   * @throws InvalidInputException if {@code keepLast} is below 1 or the time out of range
   */
  public ExecutionRetention {
    if (keepLast < 1) {
      throw new InvalidInputException("keep last", "must be at least 1, was " + keepLast);
    }
    before = before == null ? null : StorageTime.check("before", before);
  }

  /** All but the last {@code keepLast} go. */
  public static ExecutionRetention last(int keepLast) {
    return new ExecutionRetention(keepLast, null);
  }

  /** The same, and what was started at {@code time} or later stays. */
  public ExecutionRetention startedBefore(Instant time) {
    return new ExecutionRetention(keepLast, Objects.requireNonNull(time, "time"));
  }

  /** True unless age or status keep {@code execution}, which is not one of the last. */
  public boolean lets(WorkflowExecution execution) {
    return execution.status() != ExecutionStatus.RUNNING
        && (before == null || execution.startedAt().isBefore(before));
  }
}
