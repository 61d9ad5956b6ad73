package io.holdfast.lock;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases on names, by the storage's clock. A lease that is not renewed ends by itself; its token
 * stays behind as a fence, and the next lease has a higher one.
 */
public interface LockStore {

  /**
   * Takes the lock if it is free, without waiting. Asking again as the same owner while the lease
   * lasts returns that lease, renewed. Fails with {@link ConflictException}, which names the
   * holder, if it is held.
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
  Mono<Lease> renew(Lease lease);

  /** Gives the lock back; harmless if the lease has ended or the lock is somebody else's by now. */
  Mono<Void> release(Lease lease);

  /**
   * For operators: ends whatever lease there is. Its holder finds out at its next renewal or fenced
   * transaction. Harmless if there is none.
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
}
