package io.holdfast.lock;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases on names, by the storage's clock, without waiting for them. A lease that is not renewed
 * ends by itself; its token stays behind as a fence, and the next lease on the name has a higher
 * one, in whatever mode, for ever.
 */
public interface LockLedger {

  /**
   * Takes the lock if it is free, without waiting, and without overtaking those that wait. Asking
   * again as the same owner while the lease lasts returns that lease, renewed, with the metadata of
   * the repeat. Fails with {@link ConflictException}, which names the holder, if it is held, also
   * by the same owner in another mode, if others wait for it, or while a fenced transaction of a
   * lease that has ended is still open.
   *
   * @return the lease; never empty
   */
  Mono<Lease> tryAcquire(LockRequest request);

  /**
   * Makes the lease last its whole duration again, from now. Fails with {@link LockLostException}
   * if it has ended, whether or not somebody else has the lock.
   *
   * @return the renewed lease, with the same token; never empty
   */
  default Mono<Lease> renew(Lease lease) {
    return extend(lease, lease.leaseDuration());
  }

  /**
   * Makes the lease last {@code duration}, 100 ms to 24 h, from now; that may be less than it would
   * have lasted. Fails with {@link LockLostException} if it has ended, and with {@link
   * InvalidInputException} if the duration is out of range.
   *
   * @return the lease, with the same token; a renewal is for {@code duration} again. Never empty
   */
  Mono<Lease> extend(Lease lease, Duration duration);

  /** Gives the lock back; harmless if the lease has ended or the lock is somebody else's by now. */
  Mono<Void> release(Lease lease);

  /**
   * For operators: ends whatever leases there are, in every mode. Waits for fenced transactions
   * that are open under them; no other one commits. Holders find out at their next renewal or
   * fenced transaction. Harmless if there is none.
   */
  Mono<Void> forceRelease(LockName name);

  /** What is known of the lock, held or not; empty if it was never taken. */
  Mono<LockState> find(LockName name);

  /**
   * The locks that are held now, by name; empty if there is none.
   *
   * @param limit the most to emit, 1 to {@value io.holdfast.Paging#LIMIT_MAX}
   */
  Flux<LockState> list(int limit);

  /**
   * Waits until no other transaction is inside {@code name}, and keeps others out until this one
   * ends: for a few statements that must not run side by side. It is no lease: nothing is written,
   * found or listed, it has no token, and it has nothing to do with a lease on that name. Entering
   * again is harmless. Two that enter several names in another order fail, one of them, with {@link
   * UnavailableException}, and so does one that waits for longer than a statement may.
   *
   * <p>On PostgreSQL this is an advisory lock of the transaction, under a 64-bit hash of store and
   * name; two names that share one only wait for each other. On files it does nothing, because
   * there transactions run one after the other. Outside {@code inTransaction} the transaction is
   * over when this completes.
   */
  Mono<Void> enter(LockName name);
}
