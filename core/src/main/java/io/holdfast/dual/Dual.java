package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.Position;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/** Two sides at work: which one leads, what the other one lacks, and how they are exchanged. */
final class Dual {

  private static final Logger LOG = LoggerFactory.getLogger(Dual.class);

  private static final Duration LOOK_FIRST = Duration.ofMillis(2);
  private static final Duration LOOK_LAST = Duration.ofMillis(100);
  private static final int DOUBLINGS = 6;
  private static final Duration INSIST_FIRST = Duration.ofMillis(50);
  private static final Duration INSIST_LAST = Duration.ofSeconds(2);

  private final Gate gate = new Gate();
  private final Pending pending = new Pending();
  private final DualMeters meters;
  private final Troubles troubles;
  private final EventFollower events;
  private final Reads reads;
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private volatile Sides sides;
  private volatile Replication replication;
  private volatile boolean isClosed;
  private volatile boolean isDeposed;

  Dual(Sides sides, String store, Position head, DualOptions options) {
    this.sides = sides;
    this.meters = new DualMeters(options.meters(), store);
    this.troubles = new Troubles(meters);
    this.events = new EventFollower(troubles);
    this.reads = new Reads(this::sides, pending, events, meters, options);
    this.replication = replication(sides);
    events.known(head);
    meters.gauge("holdfast.dual.pending", "Areas to be copied", "areas", pending::size);
    meters.gauge(
        "holdfast.dual.lag",
        "For how long the following side has lacked something",
        "seconds",
        () -> lag().toMillis() / 1_000.0);
  }

  private Replication replication(Sides between) {
    return new Replication(between, pending, events, troubles, this::depose);
  }

  /** Another process has exchanged the sides: everything fails from now on. */
  private void depose() {
    isDeposed = true;
    var unused = closed.tryEmitEmpty();
  }

  void start() {
    replication.compareAll();
    replication.start();
    reads.start();
  }

  Sides sides() {
    return sides;
  }

  /** Fails if it is closed, or leads no longer. */
  Sides openSides() {
    requireOpen();
    return sides;
  }

  boolean isClosed() {
    return isClosed;
  }

  boolean isDeposed() {
    return isDeposed;
  }

  private void requireOpen() {
    if (isClosed || isDeposed) {
      throw ended();
    }
  }

  private StorageException ended() {
    return isClosed
        ? new UnavailableException("The storage is closed")
        : Replication.leadsNoLonger();
  }

  Pending pending() {
    return pending;
  }

  EventFollower events() {
    return events;
  }

  Reads reads() {
    return reads;
  }

  DualMeters meters() {
    return meters;
  }

  Troubles troubles() {
    return troubles;
  }

  Duration lag() {
    Duration ofEvents = events.lag();
    Duration ofRecords = pending.lag();
    return ofEvents.compareTo(ofRecords) > 0 ? ofEvents : ofRecords;
  }

  /** True if a write may begin, which leaves then. */
  boolean enter(Gate.Purpose purpose) {
    requireOpen();
    return gate.enter(purpose);
  }

  /** Uncertainly, if it may go on where nobody looks. */
  void leave(Gate.Purpose purpose, boolean certain) {
    gate.leave(purpose, certain);
  }

  Mono<Void> opened() {
    return gate.opened();
  }

  /** Completes when what waits for long on the leading side has to begin again. */
  Mono<Void> closes() {
    return gate.closes();
  }

  void wake() {
    replication.wake();
  }

  void compareAll() {
    requireOpen();
    replication.compareAll();
  }

  /** Never emits; fails when it is closed, or leads no longer. */
  <T> Mono<T> untilClosed() {
    return closed.asMono().then(Mono.error(this::ended));
  }

  /** Completes when the following side has all that was acknowledged before. */
  Mono<Void> caughtUp() {
    return Mono.defer(
        () -> {
          long change = pending.now();
          return EventFollower.head(openSides().leading())
              .flatMap(head -> looks(change, head).then());
        });
  }

  private Mono<Boolean> looks(long change, Position head) {
    return Mono.fromSupplier(() -> isCopied(change, head))
        .filter(copied -> copied)
        .repeatWhenEmpty(looks -> looks.concatMap(look -> Mono.delay(pause(look)), 1));
  }

  private boolean isCopied(long change, Position head) {
    requireOpen();
    return pending.isCopied(change) && events.followed().covers(head);
  }

  private static Duration pause(long look) {
    Duration doubled = LOOK_FIRST.multipliedBy(1L << Math.min(look, DOUBLINGS));
    return doubled.compareTo(LOOK_LAST) < 0 ? doubled : LOOK_LAST;
  }

  /**
   * Makes the side lead that follows. Writes are held up only once it has caught up as far as it
   * can beside them. Nothing is undone once the first side has given way.
   */
  Mono<Void> exchange(Duration patience) {
    return Mono.defer(
        () -> {
          Sides before = openSides();
          return Authority.storeOf(before.following())
              .delayUntil(store -> hurried())
              .timeout(patience, Mono.error(() -> late(patience)))
              .flatMap(
                  store ->
                      gate.close()
                          .map(mine -> closed(mine, before, store, patience))
                          .orElseGet(Dual::busy));
        });
  }

  private static Mono<Void> busy() {
    return Mono.error(
        () -> new ConflictException("The sides", "of this storage", "at rest", "being exchanged"));
  }

  /** What failed is tried again at once: it may be for a reason that is over. */
  Mono<Void> hurried() {
    pending.hurry();
    wake();
    return caughtUp();
  }

  /** The gate is open again at the end, unless whoever gives up comes too late for that. */
  private Mono<Void> closed(Gate.Closing mine, Sides before, String store, Duration patience) {
    if (sides != before) {
      // Another exchange was quicker, and store leads already.
      gate.open(mine);
      return busy();
    }
    long start = System.nanoTime();
    AtomicBoolean isDecided = new AtomicBoolean();
    return prepared(mine, store, patience)
        .filter(authority -> isDecided.compareAndSet(false, true))
        .flatMap(authority -> handOver(mine, authority, start))
        .doOnError(error -> giveUp(mine, isDecided))
        .doOnCancel(() -> giveUp(mine, isDecided));
  }

  private void giveUp(Gate.Closing mine, AtomicBoolean isDecided) {
    if (isDecided.compareAndSet(false, true)) {
      gate.open(mine);
    }
  }

  /** The right of the following {@code store} to lead from now on. */
  private Mono<LockState> prepared(Gate.Closing mine, String store, Duration patience) {
    return gate.emptied()
        .then(Mono.defer(this::hurried))
        // Leases were renewed until now, and there is little left to be copied.
        .then(Mono.fromRunnable(() -> gate.shut(mine)))
        .then(gate.emptied())
        .then(Mono.defer(this::hurried))
        .then(Mono.defer(() -> requireHere(sides)))
        .then(Mono.defer(() -> Authority.next(sides, store)))
        // Whoever takes no note is found out while there is a way back.
        .delayUntil(next -> Authority.confirm(sides))
        .timeout(patience, Mono.error(() -> late(patience)));
  }

  /** A side that takes no more writes would never take the note. */
  private static Mono<Void> requireHere(Sides sides) {
    return Flux.just(sides.leading(), sides.following())
        .concatMap(side -> side.relocation().find(), 1)
        .next()
        .flatMap(
            moved ->
                Mono.error(
                    () ->
                        new ConflictException(
                            "The sides", "of this storage", "here", "moved to " + moved.to())));
  }

  private static UnavailableException late(Duration patience) {
    return new UnavailableException(
        "The following side has not caught up, or writes have not ended, within " + patience);
  }

  /** Goes on to its end although somebody may not wait for that. */
  private Mono<Void> handOver(Gate.Closing mine, LockState authority, long start) {
    Sides before = sides;
    return giveWay(before, authority)
        // What was cancelled may have been written until then.
        .then(Mono.defer(this::hurried).as(this::insist))
        .then(Mono.defer(replication::stop))
        .then(before.inTime(Authority.write(before.following(), authority)).as(this::insist))
        .then(Mono.<Void>fromRunnable(() -> turn(before, start)))
        .doOnError(error -> LOG.warn("The sides are not exchanged", error))
        .doFinally(end -> gate.open(mine))
        .cache();
  }

  /** Fails if the leading side refuses to: nothing has happened then. */
  private Mono<Void> giveWay(Sides before, LockState authority) {
    return Mono.defer(
        () -> {
          replication.handsOver(authority);
          return whileAway(before.inTime(Authority.write(before.leading(), authority)))
              .onErrorResume(
                  error ->
                      // An attempt that was not answered may have been the one that did it.
                      whileAway(before.inTime(Authority.has(before.leading(), authority)))
                          .filter(noted -> noted)
                          .switchIfEmpty(Mono.error(error))
                          .then())
              .doOnError(error -> replication.staysOn())
              .doOnError(error -> troubles.over(Troubles.EXCHANGE));
        });
  }

  /** There is no way back from here but to be closed. */
  private Mono<Void> insist(Mono<Void> step) {
    return again(step, error -> true);
  }

  private <T> Mono<T> whileAway(Mono<T> step) {
    return again(step, UnavailableException.class::isInstance);
  }

  private <T> Mono<T> again(Mono<T> step, Predicate<Throwable> passes) {
    return step.retryWhen(
        Retry.backoff(Long.MAX_VALUE, INSIST_FIRST)
            .maxBackoff(INSIST_LAST)
            .filter(error -> !isClosed && !isDeposed && passes.test(error))
            .doBeforeRetry(signal -> troubles.met(Troubles.EXCHANGE, signal.failure().toString())));
  }

  private void turn(Sides before, long start) {
    LOG.info("The sides are exchanged; writes have waited for {} ms", millisSince(start));
    Sides after = before.exchanged();
    sides = after;
    replication = replication(after);
    if (!isClosed) {
      replication.start();
    }
    troubles.over(Troubles.EXCHANGE);
    before.leave();
  }

  private static long millisSince(long start) {
    return Duration.ofNanos(System.nanoTime() - start).toMillis();
  }

  void close() {
    isClosed = true;
    replication.cancel();
    reads.close();
    meters.close();
    var unused = closed.tryEmitEmpty();
  }
}
