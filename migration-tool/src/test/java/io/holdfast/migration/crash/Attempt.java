package io.holdfast.migration.crash;

import io.holdfast.Json;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One try at an item.
 *
 * @param item which item
 * @param number 1 for the first try; one more than the storage knows failures of
 * @param claim the right to the item's dead letter; {@code null} at the first try
 */
record Attempt(Item item, int number, @Nullable Claim claim) {

  private static final String ERROR = "example.ModelTimeout";
  private static final Duration RETRY_AFTER = Duration.ofMillis(20);

  static Attempt first(Item item) {
    return new Attempt(item, 1, null);
  }

  static Attempt again(ClaimedLetter claimed) {
    return new Attempt(
        Item.of(claimed.letter().data()), claimed.letter().nextAttempt(), claimed.claim());
  }

  boolean succeeds() {
    return item.succeedsAt(number);
  }

  boolean isLast() {
    return number >= Item.ATTEMPTS_MAX;
  }

  /** What the failure of an attempt says. */
  static String message(int attempt) {
    return "no answer at attempt " + attempt;
  }

  Failure failure() {
    return new Failure(
        number,
        Instant.now(),
        ERROR,
        message(number),
        Json.from(Map.of("after", item.takes().toMillis())));
  }

  /** What becomes of the item's dead letter. */
  Outcome outcome() {
    if (succeeds()) {
      return new Outcome.Done();
    }
    return isLast() ? new Outcome.GiveUp(failure()) : new Outcome.Retry(failure(), RETRY_AFTER);
  }
}
