package io.holdfast.lock;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Names;
import java.time.Duration;
import java.util.Objects;

/**
 * The wish to hold a lock, alone unless it says otherwise.
 *
 * <p>There is one rule for all modes: a lease is given while there are fewer holders than every one
 * of them, the new one too, suffers. So {@code holdersMax} 1 is an exclusive lock, n a semaphore of
 * n slots, and {@value #HOLDERS_MAX} a shared one, which only keeps exclusive ones out.
 *
 * @param name what to lock
 * @param owner names this one wish: asking again with the same owner, while the lease lasts, is a
 *     repeat and returns the same lease. Two workers must not share one
 * @param leaseDuration for how long, {@linkplain LeaseDuration#check 100 ms to 24 h}
 * @param holdersMax how many may hold it at once, this one included; 1 to {@value #HOLDERS_MAX}
 * @param metadata what others are shown of this holder, at most {@value #METADATA_BYTES_MAX} bytes
 */
public record LockRequest(
    LockName name, String owner, Duration leaseDuration, int holdersMax, Json metadata) {

  /** The most holders at once. */
  public static final int HOLDERS_MAX = 1_000;

  /** The largest metadata, in bytes of UTF-8. */
  public static final int METADATA_BYTES_MAX = 4_096;

  /** Checks names, numbers and size. */
  public LockRequest {
    Objects.requireNonNull(name, "name");
    Names.check("owner", owner);
    LeaseDuration.check(leaseDuration);
    Objects.requireNonNull(metadata, "metadata");
    if (holdersMax < 1 || holdersMax > HOLDERS_MAX) {
      throw new InvalidInputException(
          "holders of a lock", "must be 1 to " + HOLDERS_MAX + ", was " + holdersMax);
    }
    if (metadata.sizeBytes() > METADATA_BYTES_MAX) {
      throw new InvalidInputException(
          "metadata of a lock",
          "at most " + METADATA_BYTES_MAX + " bytes, was " + metadata.sizeBytes());
    }
  }

  /** A wish to be alone, without metadata. */
  public LockRequest(LockName name, String owner, Duration leaseDuration) {
    this(name, owner, leaseDuration, 1, Json.EMPTY);
  }

  /** A wish under an owner of its own, which names the process so that people can find it. */
  public static LockRequest of(LockName name, Duration leaseDuration) {
    String owner = "pid-" + ProcessHandle.current().pid() + "-" + Names.unique();
    return new LockRequest(name, owner, leaseDuration);
  }

  /** The same, together with others that share: only those that want to be alone are kept out. */
  public LockRequest shared() {
    return slots(HOLDERS_MAX);
  }

  /** The same, as one of at most {@code count} holders; 1 is alone. */
  public LockRequest slots(int count) {
    return new LockRequest(name, owner, leaseDuration, count, metadata);
  }

  /** The same, saying {@code metadata} about the holder. */
  public LockRequest withMetadata(Json metadata) {
    return new LockRequest(name, owner, leaseDuration, holdersMax, metadata);
  }
}
