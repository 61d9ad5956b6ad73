package io.holdfast.lock;

import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the storage keeps of a lock, for ever: so that its tokens never start again.
 *
 * @param name what can be locked
 * @param token the newest token given out
 * @param owner who holds it; {@code null} once it was released
 * @param expiresAt when the lease ends or ended, by the storage's clock
 */
public record LockState(LockName name, long token, @Nullable String owner, Instant expiresAt) {

  /** How locks are named, ordered and written. */
  public static final RecordKind<LockState> KIND = new LockKind();

  /** Cuts the time. */
  public LockState {
    Objects.requireNonNull(name, "name");
    expiresAt = StorageTime.check("expires at", expiresAt);
  }

  /** True if somebody holds the lock at {@code now}. */
  public boolean isHeldAt(Instant now) {
    return owner != null && expiresAt.isAfter(now);
  }
}
