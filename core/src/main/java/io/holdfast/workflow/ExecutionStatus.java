package io.holdfast.workflow;

/** Where an execution of a workflow is. */
public enum ExecutionStatus {
  /** Started, not finished. */
  RUNNING,
  /** Ended well. */
  COMPLETED,
  /** Ended badly. */
  FAILED,
  /** Given up. */
  CANCELLED
}
