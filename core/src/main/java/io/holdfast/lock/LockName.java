package io.holdfast.lock;

import io.holdfast.Names;

/** Names what is locked. */
public record LockName(String value) {

  /** Checks {@code value} as {@link Names#check} says. */
  public LockName {
    Names.check("lock name", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
