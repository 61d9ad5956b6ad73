package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import java.time.Duration;

/**
 * How long to wait before an item is tried again.
 *
 * @param first before the second attempt, 0 to 24 h
 * @param factor how much longer before each further one, 1 to 10
 * @param most never longer than this, 0 to 24 h
 */
public record Backoff(Duration first, int factor, Duration most) {

  private static final Duration MAX = Duration.ofHours(24);
  private static final int FACTOR_MAX = 10;

  /** Checks the numbers. */
  public Backoff {
    check("first back-off", first);
    check("longest back-off", most);
    if (factor < 1 || factor > FACTOR_MAX) {
      throw new InvalidInputException(
          "factor of the back-off", "must be 1 to " + FACTOR_MAX + ", was " + factor);
    }
  }

  private static void check(String what, Duration duration) {
    if (duration.isNegative() || duration.compareTo(MAX) > 0) {
      throw new InvalidInputException(what, "must be 0 to " + MAX + ", was " + duration);
    }
  }

  /** At once. */
  public static Backoff none() {
    return fixed(Duration.ZERO);
  }

  /** Always as long. */
  public static Backoff fixed(Duration delay) {
    return new Backoff(delay, 1, delay);
  }

  /** Twice as long each time. */
  public static Backoff exponential(Duration first, Duration most) {
    return new Backoff(first, 2, most);
  }

  /** How long to wait after so many attempts have failed, 1 or more. */
  public Duration after(int failed) {
    Duration delay = first;
    for (int i = 1; i < failed && !delay.isZero() && delay.compareTo(most) < 0 && factor > 1; i++) {
      delay = delay.multipliedBy(factor);
    }
    return delay.compareTo(most) < 0 ? delay : most;
  }
}
