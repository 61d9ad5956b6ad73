package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/** What may be settled or renewed together; for backends. */
public final class ClaimBatch {

  private ClaimBatch() {}

  /**
   * Returns a copy of {@code settlements}.
   *
   * @throws InvalidInputException if there are too many, or two of one item
   */
  public static List<Settlement> ofSettlements(List<Settlement> settlements) {
    return checked(settlements, settlement -> settlement.claim().key());
  }

  /**
   * Returns a copy of {@code claims}.
   *
   * @throws InvalidInputException if there are too many, or two of one item
   */
  public static List<Claim> ofClaims(List<Claim> claims) {
    return checked(claims, Claim::key);
  }

  private static <T> List<T> checked(List<T> all, Function<T, DeadLetterKey> key) {
    List<T> copy = List.copyOf(all);
    if (copy.size() > DeadLetterClaims.BATCH_MAX) {
      throw new InvalidInputException(
          "batch of claims", "at most " + DeadLetterClaims.BATCH_MAX + ", was " + copy.size());
    }
    Set<DeadLetterKey> seen = new HashSet<>();
    for (T one : copy) {
      if (!seen.add(key.apply(one))) {
        throw new InvalidInputException("batch of claims", "twice in it: " + key.apply(one));
      }
    }
    return copy;
  }
}
