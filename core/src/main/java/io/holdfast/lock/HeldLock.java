package io.holdfast.lock;

import io.holdfast.LockLostException;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Work under a lock. */
final class HeldLock {

  private static final Logger LOG = LoggerFactory.getLogger(HeldLock.class);

  private HeldLock() {}

  static <T> Mono<T> doing(LockLedger locks, Mono<Lease> acquiring, Function<Lease, Mono<T>> work) {
    return Mono.usingWhen(
        acquiring,
        lease -> kept(new LeaseKeeper(locks, lease), work),
        lease -> letGo(locks, lease),
        (lease, error) -> letGo(locks, lease),
        lease -> letGo(locks, lease));
  }

  /** The first renewal comes before the work: a lease may be old by the time it is heard of. */
  private static <T> Mono<T> kept(LeaseKeeper keeper, Function<Lease, Mono<T>> work) {
    return keeper
        .renew()
        .flatMap(
            lease ->
                Mono.firstWithSignal(
                    // On an event loop, work that blocks would stop the renewals.
                    Mono.defer(() -> work.apply(lease)).subscribeOn(Schedulers.boundedElastic()),
                    keeper.<T>keep()))
        .onErrorResume(LockLostException.class, HeldLock::elsewhere);
  }

  /** The caller may block where it hears of it, and others have to hear of their losses. */
  private static <T> Mono<T> elsewhere(LockLostException lost) {
    return Mono.<T>error(lost).subscribeOn(Schedulers.boundedElastic());
  }

  /** If this does not reach the storage, the lease ends by itself. */
  static Mono<Void> letGo(LockLedger locks, Lease lease) {
    return locks
        .release(lease)
        .onErrorResume(
            error -> {
              LOG.warn(
                  "{} was not released and ends by itself: {}", lease.name(), error.getMessage());
              return Mono.empty();
            });
  }
}
