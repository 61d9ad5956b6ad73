package io.holdfast.deadletter;

import java.util.Objects;

/** What came of a claim: one of many that are settled together. */
public record Settlement(Claim claim, Outcome outcome) {

  /** Requires both. */
  public Settlement {
    Objects.requireNonNull(claim, "claim");
    Objects.requireNonNull(outcome, "outcome");
  }

  /** The item was done. */
  public static Settlement done(Claim claim) {
    return new Settlement(claim, new Outcome.Done());
  }
}
