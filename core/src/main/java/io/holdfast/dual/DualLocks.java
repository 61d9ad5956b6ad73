package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.lock.Leadership;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Leases, also for those that wait for them: on the side that leads, and then on the next one. Who
 * waits for one is cancelled there when the sides are exchanged. Where the store gives him a lease
 * at that very moment, and takes it back only after the exchange, the side that follows by then is
 * made like the other one as soon as the lock is looked at again, a minute later at most.
 */
final class DualLocks extends DualLockLedger implements LockStore {

  private static final int RENEWALS_A_LEASE = 3;

  private final Dual dual;
  private final LiveAccess access;

  DualLocks(Dual dual, LiveAccess access) {
    super(access);
    this.dual = dual;
    this.access = access;
  }

  /** Whoever waits does not keep the sides from being exchanged, and goes on waiting afterwards. */
  @Override
  public Mono<Lease> acquire(LockRequest request, Duration patience) {
    Authority.requireOther(request.name());
    Call<Mono<Lease>> call =
        new Call<>(dual.sides(), storage -> storage.locks().acquire(request, patience));
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return attempt(call.on(dual.openSides()), request)
              .switchIfEmpty(Mono.defer(() -> again(request, patience, start)))
              .takeUntilOther(dual.untilClosed());
        });
  }

  private Mono<Lease> again(LockRequest request, Duration patience, long start) {
    return dual.opened()
        .then(
            Mono.defer(
                () -> {
                  Duration left = patience.minusNanos(System.nanoTime() - start);
                  Duration patienceLeft = left.isNegative() ? Duration.ZERO : left;
                  return attempt(
                      dual.openSides().leading().locks().acquire(request, patienceLeft), request);
                }))
        .switchIfEmpty(Mono.defer(() -> again(request, patience, start)));
  }

  /** Empty if the sides are exchanged meanwhile. */
  private Mono<Lease> attempt(Mono<Lease> acquiring, LockRequest request) {
    Area lock = one(request.name());
    return Mono.defer(
        () -> {
          dual.pending().begin(lock);
          AtomicBoolean isKnown = new AtomicBoolean();
          return acquiring
              .takeUntilOther(dual.closes())
              .doOnNext(lease -> isKnown.set(true))
              .doOnNext(lease -> dual.pending().touch(lock))
              .doOnError(ConflictException.class, refused -> isKnown.set(true))
              .doFinally(
                  end -> {
                    dual.pending().end(lock, isKnown.get());
                    dual.wake();
                  });
        });
  }

  /** The lease is renewed where this does not see it: it is copied as often as that may be. */
  @Override
  public Flux<Leadership> elect(LockRequest request) {
    Authority.requireOther(request.name());
    Call<Flux<Leadership>> call =
        new Call<>(dual.sides(), storage -> storage.locks().elect(request));
    return Flux.defer(
        () -> {
          AtomicReference<@Nullable Lease> held = new AtomicReference<>();
          return Flux.defer(() -> term(call, request, held))
              .repeat()
              .takeUntilOther(dual.untilClosed());
        });
  }

  private Flux<Leadership> term(
      Call<Flux<Leadership>> call, LockRequest request, AtomicReference<@Nullable Lease> held) {
    Area lock = one(request.name());
    Duration pace = request.leaseDuration().dividedBy(RENEWALS_A_LEASE);
    Flux<Leadership> renewals =
        Flux.interval(pace)
            .onBackpressureDrop()
            .concatMap(tick -> Mono.<Leadership>fromRunnable(() -> dual.pending().touch(lock)), 1);
    return call.on(dual.openSides())
        .doOnNext(change -> dual.pending().touch(lock))
        .mergeWith(renewals)
        .takeUntilOther(dual.closes())
        .doOnNext(
            change -> held.set(change instanceof Leadership.Gained gained ? gained.lease() : null))
        .doFinally(
            end -> {
              dual.pending().begin(lock);
              dual.pending().end(lock, false);
            })
        .concatWith(Flux.defer(() -> stepDown(held)));
  }

  private Flux<Leadership> stepDown(AtomicReference<@Nullable Lease> held) {
    Mono<Lease> lost = Mono.justOrEmpty(held.getAndSet(null)).cache();
    return lost.<Leadership>map(Leadership.Lost::new)
        .mergeWith(lost.flatMap(this::letGo))
        .concatWith(dual.opened().then(Mono.empty()));
  }

  /** The election lets it go as well, but nobody knows when: an exchange has to wait for that. */
  private Mono<Leadership> letGo(Lease lease) {
    return access
        .renew(List.of(one(lease.name())), stores -> stores.locks().release(lease))
        // The election says what is wrong, and the lease ends by itself.
        .onErrorResume(error -> Mono.empty())
        .then(Mono.empty());
  }
}
