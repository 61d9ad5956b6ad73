package io.holdfast.workflow;

import io.holdfast.Names;

/** Names one execution of a workflow. */
public record ExecutionId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public ExecutionId {
    Names.check("execution id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
