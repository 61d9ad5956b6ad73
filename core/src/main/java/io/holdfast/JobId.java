package io.holdfast;

/** Names a job: the stream that its events belong to. */
public record JobId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public JobId {
    Names.check("job id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
