package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.TimeSpan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on how an item has failed.
 *
 * @param signature the newest failure has this {@linkplain DeadLetter#signature signature}
 * @param errorType the newest failure is of this type
 * @param fewest it has failed at least so often, from 1
 * @param most it has failed at most so often
 * @param last the newest failure happened within this span
 */
public record FailureFilter(
    @Nullable String signature, @Nullable String errorType, int fewest, int most, TimeSpan last) {

  /** However it has failed. */
  public static final FailureFilter ANY =
      new FailureFilter(null, null, 1, Integer.MAX_VALUE, TimeSpan.ALWAYS);

  /** Checks texts and numbers. */
  public FailureFilter {
    Objects.requireNonNull(last, "last");
    if (signature != null) {
      Names.checkText("signature", signature);
    }
    if (errorType != null) {
      Names.check("error type", errorType);
    }
    if (fewest < 1 || most < fewest) {
      throw new InvalidInputException(
          "number of failures", "from 1, and not from more to less, was " + fewest + " to " + most);
    }
  }

  boolean matches(DeadLetter letter) {
    Failure newest = letter.lastFailure();
    int times = letter.failures().size();
    return (signature == null || signature.equals(newest.signature()))
        && (errorType == null || errorType.equals(newest.errorType()))
        && times >= fewest
        && times <= most
        && last.contains(newest.at());
  }
}
