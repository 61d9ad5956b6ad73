package io.holdfast;

/** Names a session: one run. */
public record SessionId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public SessionId {
    Names.check("session id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
