package io.holdfast.event;

import io.holdfast.Names;
import java.util.UUID;

/** Names one append, so that repeating it returns the first result and writes nothing. */
public record BatchId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public BatchId {
    Names.check("batch id", value);
  }

  /** A new random id. */
  public static BatchId random() {
    return new BatchId(UUID.randomUUID().toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
