package io.holdfast.deadletter;

import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;

/**
 * The right to work on a dead letter until the lease ends.
 *
 * @param key which item
 * @param token the fencing token; a later claim of the item has a higher one
 * @param owner who holds it
 * @param leaseUntil when others may take it, by the storage's clock
 */
public record Claim(DeadLetterKey key, long token, String owner, Instant leaseUntil) {

  /** Cuts the time. */
  public Claim {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(owner, "owner");
    leaseUntil = StorageTime.check("lease until", leaseUntil);
  }
}
