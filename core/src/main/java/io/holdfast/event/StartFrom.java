package io.holdfast.event;

import io.holdfast.Position;
import java.util.Objects;

/** Where a subscription begins. */
public sealed interface StartFrom {

  /** With the first event behind a position. */
  record After(Position position) implements StartFrom {

    /** Requires the position. */
    public After {
      Objects.requireNonNull(position, "position");
    }
  }

  /** With the first event that is appended from now on. */
  record Now() implements StartFrom {}

  /** With the first event that there is. */
  static StartFrom beginning() {
    return new After(Position.BEGINNING);
  }

  /** With the first event behind {@code position}. */
  static StartFrom after(Position position) {
    return new After(position);
  }

  /** With the first event that is appended from now on. */
  static StartFrom now() {
    return new Now();
  }
}
