package io.holdfast.migration.verify;

/** What is wrong with a record. */
public enum Finding {
  /** The target lacks it. */
  ONLY_IN_SOURCE,
  /** The source does not know it. */
  ONLY_IN_TARGET,
  /** Both have it, and it is not the same. */
  DIFFERENT,
  /** The source gives it more than once. */
  TWICE_IN_SOURCE,
  /** The target gives it more than once. */
  TWICE_IN_TARGET;

  static Finding onlyIn(Side side) {
    return side == Side.SOURCE ? ONLY_IN_SOURCE : ONLY_IN_TARGET;
  }

  static Finding twiceIn(Side side) {
    return side == Side.SOURCE ? TWICE_IN_SOURCE : TWICE_IN_TARGET;
  }
}
