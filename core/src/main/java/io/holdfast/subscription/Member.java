package io.holdfast.subscription;

import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;

/**
 * A worker of a subscription.
 *
 * @param id its name among the members
 * @param leaseUntil when it counts as dead, unless it says otherwise before; by the storage's clock
 * @param slices how many slices it has
 */
public record Member(String id, Instant leaseUntil, int slices) {

  /** Cuts the time. */
  public Member {
    Objects.requireNonNull(id, "id");
    leaseUntil = StorageTime.check("lease until", leaseUntil);
  }
}
