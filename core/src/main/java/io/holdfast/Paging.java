package io.holdfast;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/** How many records a list emits. */
public final class Paging {

  /** The default limit. */
  public static final int LIMIT_DEFAULT = 100;

  /** The largest limit. */
  public static final int LIMIT_MAX = 10_000;

  private Paging() {}

  /**
   * Returns {@code limit} if it is 1 to {@value #LIMIT_MAX}.
   *
   * @throws InvalidInputException otherwise
   */
  @CanIgnoreReturnValue
  public static int check(int limit) {
    if (limit < 1 || limit > LIMIT_MAX) {
      throw new InvalidInputException("limit", "must be 1 to " + LIMIT_MAX + ", was " + limit);
    }
    return limit;
  }
}
