package io.holdfast.lock;

import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Keeps a lease renewed, and knows until when it is certainly held: its whole duration from before
 * the last renewal that succeeded was sent, by this process's monotonic clock.
 */
final class LeaseKeeper {

  private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);

  private static final int RENEWALS_A_LEASE = 3;

  /** Of its own: a caller that blocks a shared timer must not stop renewals. */
  private static final Scheduler TIMER = Schedulers.newSingle("holdfast-lease", true);

  /** What callers do when their work is cancelled may block, and must not stop renewals either. */
  private static final Scheduler LOSSES = Schedulers.newSingle("holdfast-lease-lost", true);

  private final LockLedger locks;
  private final Lease lease;
  private volatile long heldUntil = System.nanoTime();

  LeaseKeeper(LockLedger locks, Lease lease) {
    this.locks = locks;
    this.lease = lease;
  }

  /** Renews once. */
  Mono<Lease> renew() {
    return Mono.defer(
        () -> {
          long sent = System.nanoTime();
          return locks
              .renew(lease)
              .doOnNext(renewed -> heldUntil = sent + lease.leaseDuration().toNanos());
        });
  }

  /** Renews until it is cancelled; fails when the lease is lost, or may be. Never emits. */
  <T> Mono<T> keep() {
    return Mono.firstWithSignal(this.<T>renewals(), this.<T>watch()).publishOn(LOSSES);
  }

  private <T> Mono<T> renewals() {
    return Flux.interval(lease.leaseDuration().dividedBy(RENEWALS_A_LEASE), TIMER)
        .onBackpressureDrop()
        .concatMap(tick -> renew().onErrorResume(UnavailableException.class, this::later), 1)
        .then(Mono.never());
  }

  private Mono<Lease> later(UnavailableException unavailable) {
    LOG.warn("Could not renew {}, trying again: {}", lease.name(), unavailable.getMessage());
    return Mono.empty();
  }

  private <T> Mono<T> watch() {
    return Mono.defer(this::untilEnd).repeat().then(Mono.never());
  }

  private Mono<Long> untilEnd() {
    long left = heldUntil - System.nanoTime();
    return left <= 0
        ? Mono.error(() -> new LockLostException(lease.name().value(), lease.token()))
        : Mono.delay(Duration.ofNanos(left), TIMER);
  }
}
