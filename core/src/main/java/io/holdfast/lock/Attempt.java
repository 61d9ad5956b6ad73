package io.holdfast.lock;

import io.holdfast.ConflictException;
import java.time.Duration;

/** What has come of one attempt to take a lock; for backends. */
public sealed interface Attempt {

  /**
   * It is ours.
   *
   * @param lease under which token, until when
   * @param repeated true if this owner had it already
   */
  record Taken(Lease lease, boolean repeated) implements Attempt {}

  /**
   * It is not.
   *
   * @param obstacle what is in the way, for people to read: "held by a until ..."
   * @param lookAfter when it may be free, if nobody says so before
   */
  record Refused(String obstacle, Duration lookAfter) implements Attempt {

    ConflictException after(LockName name, Duration patience) {
      return new ConflictException("Lock", name.value(), "free within " + patience, obstacle);
    }
  }

  /** The lease, or what is in the way as the error of a caller who does not wait. */
  default Lease required(LockName name) {
    if (this instanceof Taken taken) {
      return taken.lease();
    }
    throw new ConflictException("Lock", name.value(), "free", ((Refused) this).obstacle());
  }
}
