package io.holdfast.event;

import io.holdfast.Names;

/** Names one append, so that repeating it returns the first result and writes nothing. */
public record BatchId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public BatchId {
    Names.check("batch id", value);
  }

  /** An id that nobody else has. */
  public static BatchId unique() {
    return new BatchId(Names.unique());
  }

  @Override
  public String toString() {
    return value;
  }
}
