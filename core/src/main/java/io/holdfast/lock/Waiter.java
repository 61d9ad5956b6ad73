package io.holdfast.lock;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** One that wants a lock, from its first attempt to its lease. */
final class Waiter {

  private static final Logger LOG = LoggerFactory.getLogger(Waiter.class);

  private final WaitingLine line;
  private final LockLedger ledger;
  private final WaitingLine.Contest contest;
  private final LockRequest request;
  private final Duration patience;
  private final long start = System.nanoTime();
  private final Calls calls = new Calls();
  private final Sinks.Empty<Void> turn = Sinks.empty();
  private final Sinks.Empty<Void> abandoned = Sinks.empty();
  private volatile long seen;
  private volatile Duration lookAfter = Duration.ZERO;
  private volatile boolean served;
  private boolean gone;
  private boolean delivered;
  private Attempt.@Nullable Taken taken;

  Waiter(
      WaitingLine line,
      LockLedger ledger,
      WaitingLine.Contest contest,
      LockRequest request,
      Duration patience) {
    this.line = line;
    this.ledger = ledger;
    this.contest = contest;
    this.request = request;
    this.patience = patience;
  }

  LockName name() {
    return request.name();
  }

  Calls calls() {
    return calls;
  }

  /** It is the first of this process's line now. */
  void takeTurn() {
    var unused = turn.tryEmitEmpty();
  }

  /** The lease; empty if nobody wants it any more. */
  Mono<Lease> run() {
    return contest
        .attempt(request, false)
        .flatMap(
            attempt ->
                attempt instanceof Attempt.Refused refused && !isAtEnd()
                    ? inLine(refused)
                    : Mono.just(attempt))
        .flatMap(this::handOver)
        .onErrorResume(error -> isGone() ? nobodyToTell(error) : Mono.error(error));
  }

  private static Mono<Lease> nobodyToTell(Throwable error) {
    LOG.debug("A wait whose caller was gone has failed", error);
    return Mono.empty();
  }

  private Mono<Attempt> inLine(Attempt.Refused refused) {
    return Mono.usingWhen(
        Mono.fromSupplier(this::enter),
        entered ->
            Mono.firstWithSignal(
                whenItsTurn(refused), contest.<Attempt>hearing(), line.<Attempt>untilClosed()),
        Waiter::leave,
        (entered, error) -> entered.leave(),
        Waiter::leave);
  }

  private Waiter enter() {
    line.enter(this);
    return this;
  }

  private Mono<Attempt> whenItsTurn(Attempt.Refused refused) {
    return Mono.firstWithSignal(
            turn.asMono().thenReturn(true),
            abandoned.asMono().thenReturn(false),
            Mono.delay(left()).thenReturn(false))
        .flatMap(ours -> ours ? contend() : Mono.just(refused));
  }

  /** Looks, again and again, until it has the lock or gives up. */
  private Mono<Attempt> contend() {
    return Mono.defer(this::look)
        .repeatWhenEmpty(again -> again.concatMap(number -> untilNextLook(), 1));
  }

  private Mono<Attempt> look() {
    seen = calls.count();
    return contest.attempt(request, true).filter(this::isLast);
  }

  private boolean isLast(Attempt attempt) {
    if (attempt instanceof Attempt.Refused refused) {
      lookAfter = refused.lookAfter();
      return isAtEnd();
    }
    served = true;
    return true;
  }

  private Mono<Long> untilNextLook() {
    return Mono.defer(
        () -> {
          Duration left = left();
          return Mono.firstWithSignal(
              calls.after(seen, WaitingLine.TURN),
              Mono.delay(lookAfter.compareTo(left) < 0 ? lookAfter : left),
              abandoned.asMono().thenReturn(0L));
        });
  }

  /** Whoever comes meanwhile takes our place, and has to find it as we leave it. */
  private Mono<Void> leave() {
    Mono<Void> giveUp =
        served || !line.isAlone(this)
            ? Mono.empty()
            : contest.leave(name()).onErrorResume(error -> unheard("give up a place", error));
    return giveUp.then(Mono.fromRunnable(() -> line.leave(this)));
  }

  private Mono<Lease> handOver(Attempt attempt) {
    if (attempt instanceof Attempt.Taken won) {
      return isWanted(won) ? Mono.just(won.lease()) : giveBack(won);
    }
    return isGone()
        ? Mono.empty()
        : Mono.error(() -> ((Attempt.Refused) attempt).after(name(), patience));
  }

  private synchronized boolean isWanted(Attempt.Taken won) {
    taken = won;
    return !gone;
  }

  /** A lease that the owner had before is not ours to give back. */
  private Mono<Lease> giveBack(Attempt.Taken won) {
    return won.repeated()
        ? Mono.empty()
        : ledger
            .release(won.lease())
            .onErrorResume(error -> unheard("give back a lease", error))
            .then(Mono.empty());
  }

  /** It ends by itself, a little later. */
  private Mono<Void> unheard(String what, Throwable error) {
    LOG.warn("Could not {} of {}: {}", what, name(), error.getMessage());
    return Mono.empty();
  }

  /** The caller has the lease now. */
  synchronized void delivered() {
    delivered = true;
  }

  /** The caller is gone. */
  void abandon() {
    Attempt.Taken won = leaving();
    if (won != null) {
      var unused = giveBack(won).toFuture();
    }
    var unused = abandoned.tryEmitEmpty();
  }

  /** What it has been given, and nobody has got. */
  private synchronized Attempt.@Nullable Taken leaving() {
    gone = true;
    return delivered ? null : taken;
  }

  private synchronized boolean isGone() {
    return gone;
  }

  private boolean isAtEnd() {
    return isGone() || left().isZero();
  }

  private Duration left() {
    Duration left = patience.minusNanos(System.nanoTime() - start);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
