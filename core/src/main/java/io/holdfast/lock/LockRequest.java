package io.holdfast.lock;

import io.holdfast.Names;
import java.time.Duration;
import java.util.Objects;

/**
 * The wish to hold a lock.
 *
 * @param name what to lock
 * @param owner names this one wish: asking again with the same owner, while the lease lasts, is a
 *     repeat and returns the same lease. Two workers must not share one
 * @param leaseDuration for how long, {@linkplain LeaseDuration#check 100 ms to 24 h}
 */
public record LockRequest(LockName name, String owner, Duration leaseDuration) {

  /** Checks name and number. */
  public LockRequest {
    Objects.requireNonNull(name, "name");
    Names.check("owner", owner);
    LeaseDuration.check(leaseDuration);
  }

  /** A wish under an owner of its own, which names the process so that people can find it. */
  public static LockRequest of(LockName name, Duration leaseDuration) {
    String owner = "pid-" + ProcessHandle.current().pid() + "-" + Names.unique();
    return new LockRequest(name, owner, leaseDuration);
  }
}
