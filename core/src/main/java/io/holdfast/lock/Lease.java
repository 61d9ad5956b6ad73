package io.holdfast.lock;

import io.holdfast.StorageTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * The right to act under a name until it ends, alone or with others. Its token fences: every later
 * lease on the name has a higher one, and {@code inTransaction(lease, work)} commits only until
 * somebody has it who could not have it at the same time.
 *
 * @param name what is locked
 * @param owner who holds it
 * @param token the fencing token; grows with every acquisition of the name, for ever
 * @param leaseDuration for how long it was asked for; a renewal is for as long again
 * @param expiresAt when others may take it, by the storage's clock
 */
public record Lease(
    LockName name, String owner, long token, Duration leaseDuration, Instant expiresAt) {

  /** Cuts the time. */
  public Lease {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(leaseDuration, "leaseDuration");
    expiresAt = StorageTime.check("expires at", expiresAt);
  }
}
