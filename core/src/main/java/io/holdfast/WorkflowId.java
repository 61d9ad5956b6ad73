package io.holdfast;

/** Names a workflow: the definition that runs follow. */
public record WorkflowId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public WorkflowId {
    Names.check("workflow id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
