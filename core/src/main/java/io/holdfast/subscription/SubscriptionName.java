package io.holdfast.subscription;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;

/** Names a durable subscription. */
public record SubscriptionName(String value) {

  /** The longest name, in UTF-16 characters: the ids of its dead letters begin with it. */
  public static final int CHARS_MAX = 200;

  /** Checks {@code value} as {@link Names#check} says, and its length. */
  public SubscriptionName {
    Names.check("subscription name", value);
    if (value.length() > CHARS_MAX) {
      throw new InvalidInputException(
          "subscription name", "at most " + CHARS_MAX + " characters, was " + value.length());
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
