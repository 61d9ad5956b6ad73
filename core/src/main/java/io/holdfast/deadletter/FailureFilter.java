package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.TimeSpan;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Conditions on how an item has failed.
 *
 * @param signature the newest failure has this {@linkplain DeadLetter#signature signature}
 * @param signaturePart this occurs in the signature of the newest failure, upper and lower case
 *     apart
 * @param errorTypes the newest failure is of one of these types, {@value #TYPES_MAX} at most;
 *     empty: of any
 * @param fewest it has failed at least so often, from 1
 * @param most it has failed at most so often
 * @param last the newest failure happened within this span
 */
public record FailureFilter(
    @Nullable String signature,
    @Nullable String signaturePart,
    Set<String> errorTypes,
    int fewest,
    int most,
    TimeSpan last) {

  /** How many types there may be. */
  public static final int TYPES_MAX = 100;

  /** However it has failed. */
  public static final FailureFilter ANY =
      new FailureFilter(null, null, Set.of(), 1, Integer.MAX_VALUE, TimeSpan.ALWAYS);

  /** Checks texts and numbers. */
  public FailureFilter {
    Objects.requireNonNull(last, "last");
    if (signature != null) {
      Names.checkText("signature", signature);
    }
    if (signaturePart != null) {
      Names.checkText("part of a signature", signaturePart);
    }
    errorTypes = Set.copyOf(errorTypes);
    errorTypes.forEach(type -> Names.check("error type", type));
    if (errorTypes.size() > TYPES_MAX) {
      throw new InvalidInputException(
          "error types", "at most " + TYPES_MAX + ", was " + errorTypes.size());
    }
    if (fewest < 1 || most < fewest) {
      throw new InvalidInputException(
          "number of failures", "from 1, and not from more to less, was " + fewest + " to " + most);
    }
  }

  FailureFilter withSignature(String only) {
    return new FailureFilter(only, signaturePart, errorTypes, fewest, most, last);
  }

  FailureFilter withSignaturePart(String part) {
    return new FailureFilter(signature, part, errorTypes, fewest, most, last);
  }

  FailureFilter withErrorTypes(Set<String> only) {
    return new FailureFilter(signature, signaturePart, only, fewest, most, last);
  }

  FailureFilter times(int atLeast, int atMost) {
    return new FailureFilter(signature, signaturePart, errorTypes, atLeast, atMost, last);
  }

  FailureFilter within(TimeSpan span) {
    return new FailureFilter(signature, signaturePart, errorTypes, fewest, most, span);
  }

  boolean matches(DeadLetter letter) {
    Failure newest = letter.lastFailure();
    int times = letter.failures().size();
    return (signature == null || signature.equals(newest.signature()))
        && (signaturePart == null || newest.signature().contains(signaturePart))
        && (errorTypes.isEmpty() || errorTypes.contains(newest.errorType()))
        && times >= fewest
        && times <= most
        && last.contains(newest.at());
  }
}
