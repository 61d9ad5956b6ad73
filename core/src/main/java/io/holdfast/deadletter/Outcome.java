package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import java.time.Duration;
import java.util.Objects;

/** What came of working on a dead letter. */
public sealed interface Outcome {

  /** It was done: the dead letter goes away. */
  record Done() implements Outcome {}

  /**
   * It failed again and is to be tried later.
   *
   * @param failure what went wrong this time
   * @param delay how long to wait, 0 to 365 days
   */
  record Retry(Failure failure, Duration delay) implements Outcome {

    /** Checks the delay. */
    public Retry {
      Objects.requireNonNull(failure, "failure");
      if (delay.isNegative() || delay.compareTo(Duration.ofDays(365)) > 0) {
        throw new InvalidInputException("delay", "must be 0 to 365 days, was " + delay);
      }
    }
  }

  /**
   * It failed again and is not to be tried by itself any more: it stays for a human.
   *
   * @param failure what went wrong this time
   */
  record GiveUp(Failure failure) implements Outcome {

    /** Requires the failure. */
    public GiveUp {
      Objects.requireNonNull(failure, "failure");
    }
  }

  /** It was not tried: give it back as it was, claimable at once. */
  record Release() implements Outcome {}
}
