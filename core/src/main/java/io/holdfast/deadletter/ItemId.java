package io.holdfast.deadletter;

import io.holdfast.Names;

/** Names a work item within its job. */
public record ItemId(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public ItemId {
    Names.check("item id", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
