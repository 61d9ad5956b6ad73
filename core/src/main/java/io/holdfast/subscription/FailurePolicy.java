package io.holdfast.subscription;

import io.holdfast.InvalidInputException;
import java.time.Duration;
import java.util.Objects;

/**
 * What becomes of an event whose handler fails.
 *
 * @param attempts how often it is tried, 1 to 100
 * @param backoff how long to wait before the second attempt, up to an hour; doubles each time, up
 *     to 64 times as long, and varies by half
 * @param then what becomes of the job, once the event is with the dead letters
 */
public record FailurePolicy(int attempts, Duration backoff, Then then) {

  private static final int ATTEMPTS_MAX = 100;
  private static final Duration BACKOFF_MAX = Duration.ofHours(1);

  /** Three attempts, the second after 100 ms; then the job goes on. */
  public static final FailurePolicy DEFAULT =
      new FailurePolicy(3, Duration.ofMillis(100), Then.GO_ON);

  /** What becomes of a job of which an event is with the dead letters. */
  public enum Then {
    /** Its next events are handled. */
    GO_ON,
    /** Its next events go behind the first to the dead letters, until the job is released. */
    HOLD_JOB
  }

  /** Checks the numbers. */
  public FailurePolicy {
    Objects.requireNonNull(then, "then");
    if (attempts < 1 || attempts > ATTEMPTS_MAX) {
      throw new InvalidInputException(
          "attempts", "must be 1 to " + ATTEMPTS_MAX + ", was " + attempts);
    }
    if (backoff.isNegative() || backoff.isZero() || backoff.compareTo(BACKOFF_MAX) > 0) {
      throw new InvalidInputException(
          "backoff", "must be above 0 and up to " + BACKOFF_MAX + ", was " + backoff);
    }
  }

  /** Tries each event so often. */
  public FailurePolicy withAttempts(int times) {
    return new FailurePolicy(times, backoff, then);
  }

  /** Waits so long before the second attempt. */
  public FailurePolicy withBackoff(Duration first) {
    return new FailurePolicy(attempts, first, then);
  }

  /** Holds a job once an event of it is with the dead letters. */
  public FailurePolicy holdingJobs() {
    return new FailurePolicy(attempts, backoff, Then.HOLD_JOB);
  }
}
