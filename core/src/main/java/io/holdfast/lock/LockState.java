package io.holdfast.lock;

import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the storage keeps of a lock, for ever: so that its tokens never start again.
 *
 * @param name what can be locked
 * @param token the newest token given out
 * @param expiresAt when the last lease ends or ended, by the storage's clock
 * @param holders who holds it, oldest token first; none once it was released. Those whose lease has
 *     ended stay until somebody else comes
 */
public record LockState(LockName name, long token, Instant expiresAt, List<LockHolder> holders) {

  /** How locks are named, ordered and written. */
  public static final RecordKind<LockState> KIND = new LockKind();

  /** Cuts the time, and sorts the holders. */
  public LockState {
    Objects.requireNonNull(name, "name");
    expiresAt = StorageTime.check("expires at", expiresAt);
    holders = holders.stream().sorted(Comparator.comparingLong(LockHolder::token)).toList();
  }

  /** Held by one alone under the newest token, without metadata; by nobody if there is no owner. */
  public LockState(LockName name, long token, @Nullable String owner, Instant expiresAt) {
    this(
        name,
        token,
        expiresAt,
        owner == null
            ? List.of()
            : List.of(new LockHolder(owner, token, expiresAt, 1, Json.EMPTY)));
  }

  /** Who holds it; of several the one that came last, {@code null} once it was released. */
  public @Nullable String owner() {
    return holders.isEmpty() ? null : holders.get(holders.size() - 1).owner();
  }

  /** True if somebody holds the lock at {@code now}. */
  public boolean isHeldAt(Instant now) {
    return !holdersAt(now).isEmpty();
  }

  /** Those whose lease has not ended at {@code now}. */
  public List<LockHolder> holdersAt(Instant now) {
    return holders.stream().filter(holder -> holder.expiresAt().isAfter(now)).toList();
  }

  /**
   * True if this is a later form of {@code there}: under one token leases are renewed and released,
   * and nobody comes.
   */
  public boolean isNewerThan(LockState there) {
    if (token != there.token) {
      return token > there.token;
    }
    boolean known = holders.stream().allMatch(one -> there.holders.stream().anyMatch(one::isSame));
    return known && (holders.size() < there.holders.size() || isRenewed(there));
  }

  private boolean isRenewed(LockState there) {
    return holders.stream()
        .anyMatch(
            one ->
                there.holders.stream()
                    .filter(one::isSame)
                    .anyMatch(other -> one.expiresAt().isAfter(other.expiresAt())));
  }
}
