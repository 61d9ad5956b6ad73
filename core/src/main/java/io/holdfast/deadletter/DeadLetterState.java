package io.holdfast.deadletter;

import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Whether a dead letter may be worked on.
 *
 * @param eligible false once it was given up: it waits for a human
 * @param availableAt when it may be claimed next; the end of the lease while it is claimed
 * @param token the newest claim's fencing token; 0 before the first claim
 * @param owner who holds the claim; {@code null} when nobody does
 */
public record DeadLetterState(
    boolean eligible, Instant availableAt, long token, @Nullable String owner) {

  /** Cuts the time. */
  public DeadLetterState {
    availableAt = StorageTime.check("available at", Objects.requireNonNull(availableAt));
  }

  /** True if it may be claimed at {@code now}: eligible, due, and not under a live lease. */
  public boolean claimableAt(Instant now) {
    return eligible && !availableAt.isAfter(now);
  }

  /** True if somebody works on it at {@code now}: the lease has not ended. */
  public boolean isClaimedAt(Instant now) {
    return owner != null && availableAt.isAfter(now);
  }
}
