package io.holdfast.lock;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Leases on names, also for those that wait for them. */
public interface LockStore extends LockLedger {

  /**
   * Takes the lock as soon as it is free. A waiter holds no connection and no thread; it is woken
   * when the lock is released, and looks by itself when a lease that is in the way would end.
   *
   * <p>Those that wait in one process are served in the order in which they came, and processes
   * take turns: each has its place in the order in which its first waiter came, and goes to the end
   * with each lease. A process that does not come soon when it is its turn, on PostgreSQL within 25
   * ms, is passed over; its next turn is twice as long, up to a second, until it is served. Nobody
   * else overtakes, in no mode: who wants to be alone is not starved by those that share.
   *
   * <p>Fails with {@link ConflictException}, which names the holder, if the lock is not ours after
   * {@code patience}, and with {@link InvalidInputException} if that is negative or more than 24 h.
   * Cancelling gives up the place, and a lease that was just being given.
   *
   * @param patience how long to wait, 0 to 24 h
   * @return the lease; never empty
   */
  Mono<Lease> acquire(LockRequest request, Duration patience);

  /**
   * Does {@code work} under the lock: acquires it as {@link #acquire}, renews it at every third of
   * its duration, and releases it at the end, also when the work fails or is cancelled. Renewals do
   * not wait behind work, of the storage or of the caller; the work starts on a thread that may be
   * blocked.
   *
   * <p>Cancels the work and fails with {@link LockLostException} as soon as the lease was lost, or
   * when so long nothing was heard of the storage that it may have been. Time counts from before
   * the last renewal that succeeded was sent, so a process that was stopped finds out when it goes
   * on. What the work has sent by then may still arrive: writes that must not, belong in {@code
   * inTransaction(lease, ...)}. Otherwise fails with what the work fails with, and as {@link
   * #acquire} does.
   *
   * @param patience how long to wait for the lock, 0 to 24 h
   * @return what {@code work} emits; empty if {@code work} is
   */
  default <T> Mono<T> withLock(
      LockRequest request, Duration patience, Function<Lease, Mono<T>> work) {
    Objects.requireNonNull(work, "work");
    return HeldLock.doing(this, acquire(request, patience), work);
  }

  /**
   * Runs for leadership, for as long as it is subscribed to: waits for the lock, emits {@link
   * Leadership.Gained}, keeps the lease renewed as {@link #withLock} does, emits {@link
   * Leadership.Lost} when it is gone, and waits again. Gained and lost alternate, also for a slow
   * subscriber, who may hear of both late: what a leader writes belongs in {@code
   * inTransaction(lease, ...)}. Cancelling steps down and releases the lock. Every subscription is
   * a candidate; each needs an owner of its own.
   *
   * <p>Waits out a storage that is away. Never completes; fails with {@link UnavailableException}
   * once the storage is closed.
   */
  Flux<Leadership> elect(LockRequest request);
}
