package io.holdfast.postgres;

import io.holdfast.InvalidInputException;
import io.holdfast.Position;

/** Positions as the numbers that one PostgreSQL store makes them of. */
final class Positions {

  /** Beyond every event. */
  static final long MAX = 999_999_999_999_999_999L;

  private Positions() {}

  static Position of(long number) {
    return new Position(Long.toString(number));
  }

  static long number(Position position) {
    try {
      return Long.parseLong(position.value());
    } catch (NumberFormatException e) {
      throw new InvalidInputException("position", position + " is of another store");
    }
  }
}
