package io.holdfast.dual;

import io.holdfast.UnifiedStorage;
import java.util.function.Function;

/**
 * An operation that was called: once a side, so that subscribing again repeats the same write, and
 * goes to the side that leads by then.
 */
class Call<P> {

  private final Function<? super UnifiedStorage, P> operation;
  private Sides sides;
  private P made;

  Call(Sides sides, Function<? super UnifiedStorage, P> operation) {
    this.operation = operation;
    this.sides = sides;
    this.made = operation.apply(sides.leading());
  }

  /** It was sent, and nobody knows what has come of it. */
  void isUnknown() {}

  synchronized P on(Sides now) {
    if (!isOf(now)) {
      made = operation.apply(now.leading());
      sides = now;
    }
    return made;
  }

  /** True if it was called on these, and not again on others. */
  final synchronized boolean isOf(Sides now) {
    return now == sides;
  }

  /** The same question to the side that follows. */
  P onFollowing(Sides now) {
    return operation.apply(now.following());
  }
}
