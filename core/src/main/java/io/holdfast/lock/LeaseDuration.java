package io.holdfast.lock;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.InvalidInputException;
import java.time.Duration;

/** How long a lease may last. */
public final class LeaseDuration {

  /** The shortest lease. */
  public static final Duration MIN = Duration.ofMillis(100);

  /** The longest lease. */
  public static final Duration MAX = Duration.ofHours(24);

  private LeaseDuration() {}

  /**
   * Returns {@code duration} if it is 100 ms to 24 h.
   *
   * @throws InvalidInputException otherwise
   */
  @CanIgnoreReturnValue
  public static Duration check(Duration duration) {
    if (duration.compareTo(MIN) < 0 || duration.compareTo(MAX) > 0) {
      throw new InvalidInputException(
          "lease duration", "must be " + MIN + " to " + MAX + ", was " + duration);
    }
    return duration;
  }
}
