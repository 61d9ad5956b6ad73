package io.holdfast.dual;

import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import java.util.function.Function;

/**
 * An operation that was called: once a side, so that subscribing again repeats the same write, and
 * goes to the side that leads by then.
 */
final class Call<P> {

  private final Function<? super UnifiedStorage, P> operation;
  private final boolean isOnce;
  private Sides sides;
  private P made;
  private boolean isUnknown;

  Call(Sides sides, Function<? super UnifiedStorage, P> operation) {
    this(sides, operation, false);
  }

  private Call(Sides sides, Function<? super UnifiedStorage, P> operation, boolean isOnce) {
    this.operation = operation;
    this.isOnce = isOnce;
    this.sides = sides;
    this.made = operation.apply(sides.leading());
  }

  /** Of what the other side would do again, as it cannot tell that it was done. */
  static <P> Call<P> once(Sides sides, Function<? super UnifiedStorage, P> operation) {
    return new Call<>(sides, operation, true);
  }

  /** It was sent, and nobody knows what has come of it. */
  synchronized void isUnknown() {
    isUnknown = true;
  }

  synchronized P on(Sides now) {
    if (now != sides) {
      if (isOnce && isUnknown) {
        throw new UnavailableException(
            "It is not known whether this was done before the sides were exchanged: look first");
      }
      made = operation.apply(now.leading());
      sides = now;
    }
    return made;
  }

  /** The same question to the side that follows. */
  P onFollowing(Sides now) {
    return operation.apply(now.following());
  }
}
