package io.holdfast.lock;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/** A candidate: one term after the other, until it is cancelled. */
final class Election {

  private static final Logger LOG = LoggerFactory.getLogger(Election.class);

  private static final Duration RETRY_FIRST = Duration.ofMillis(100);
  private static final Duration RETRY_LAST = Duration.ofSeconds(5);

  /** A term's gained and lost: both have room, so that the lease is kept also for who asks late. */
  private static final int TERM = 2;

  private final LockStore store;
  private final LockRequest request;
  private final Duration patience;

  Election(LockStore store, LockRequest request, Duration patience) {
    this.store = store;
    this.request = request;
    this.patience = patience;
  }

  Flux<Leadership> terms() {
    return term()
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, RETRY_FIRST)
                .maxBackoff(RETRY_LAST)
                .transientErrors(true)
                .filter(Election::isPassing)
                .doBeforeRetry(
                    signal ->
                        LOG.warn(
                            "A candidate for {} waits: {}",
                            request.name(),
                            signal.failure().getMessage())))
        .repeat();
  }

  /** The storage is away, the lock was held for a day, or the lease was lost while it was given. */
  private static boolean isPassing(Throwable error) {
    return error instanceof UnavailableException
        || error instanceof ConflictException
        || error instanceof LockLostException;
  }

  private Flux<Leadership> term() {
    return Flux.usingWhen(
        store.acquire(request, patience),
        lease -> rule(new LeaseKeeper(store, lease)),
        lease -> HeldLock.letGo(store, lease),
        (lease, error) -> HeldLock.letGo(store, lease),
        lease -> HeldLock.letGo(store, lease));
  }

  private static Flux<Leadership> rule(LeaseKeeper keeper) {
    return keeper
        .renew()
        .flatMapMany(
            lease -> Flux.concat(Mono.just(new Leadership.Gained(lease)), end(keeper, lease)))
        .publishOn(Schedulers.boundedElastic(), TERM);
  }

  private static Mono<Leadership> end(LeaseKeeper keeper, Lease lease) {
    return keeper
        .<Leadership>keep()
        .onErrorResume(LockLostException.class, lost -> Mono.just(new Leadership.Lost(lease)));
  }
}
