package io.holdfast.subscription;

import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A member's work while nothing changes: the same slices under the same tokens. Ends after the
 * batch during which something has changed.
 */
final class Term {

  private static final Logger LOG = LoggerFactory.getLogger(Term.class);

  private static final Duration PULSE_SLOWEST = Duration.ofSeconds(1);
  private static final int PULSES_A_LEASE = 3;
  private static final long LOOK_AHEAD_MILLIS = 1_000;

  /** All slices are written at most so often; less often the more there are. */
  private static final long SETTLE_MILLIS_MIN = 50;

  private static final long SETTLE_MILLIS_MAX = 500;

  private final UnifiedStorage storage;
  private final EventFilter filter;
  private final ConsumeOptions options;
  private final JoinRequest request;
  private final Membership membership;
  private final List<HeldJob> held;
  private final Work work;
  private final Sinks.Empty<Void> changed = Sinks.empty();
  private final long settleMillis;
  private final AtomicBoolean hasChanged = new AtomicBoolean();
  private final AtomicBoolean isWorking = new AtomicBoolean();

  /** Where the reading is: everything of our slices up to here is done. */
  private volatile Position reached;

  /** Up to where all of our slices are known to be stored. */
  private volatile Position settled;

  private volatile long settledAt = System.nanoTime();

  Term(
      UnifiedStorage storage,
      EventFilter filter,
      ConsumeOptions options,
      JoinRequest request,
      Membership membership,
      List<HeldJob> held,
      BrokenEvents broken) {
    this.storage = storage;
    this.filter = filter;
    this.options = options;
    this.request = request;
    this.membership = membership;
    this.held = held;
    this.work = Work.of(storage, request.name(), options, membership.slices(), held, broken);
    long atFullShare = SETTLE_MILLIS_MIN * membership.slices().size() / Slice.COUNT_DEFAULT;
    this.settleMillis = Math.min(SETTLE_MILLIS_MAX, Math.max(SETTLE_MILLIS_MIN, atFullShare));
    this.reached = Subscription.smallest(membership.slices());
    this.settled = reached;
  }

  /** Completes when it is time to join again. */
  Mono<Void> run(EventHandler handler) {
    Mono<Void> task =
        membership.paused() || membership.slices().isEmpty()
            ? changed.asMono()
            : new Redrive(work, handler, hasChanged::get)
                .all(held)
                .then(Mono.defer(() -> follow(handler)));
    return Mono.firstWithSignal(task, pulses(), settling());
  }

  /** Says that this member is alive, and hears whether something has changed. Never completes. */
  private Mono<Void> pulses() {
    Duration third = request.leaseDuration().dividedBy(PULSES_A_LEASE);
    return Flux.interval(third.compareTo(PULSE_SLOWEST) < 0 ? third : PULSE_SLOWEST)
        .onBackpressureDrop()
        .concatMap(tick -> pulse(), 1)
        .then(Mono.never());
  }

  private Mono<Void> pulse() {
    return storage
        .subscriptions()
        .renew(request)
        .doOnNext(this::hear)
        .then()
        .onErrorResume(UnavailableException.class, Term::beatSkipped);
  }

  private void hear(Pulse pulse) {
    if (pulse.rejoin() || pulse.version() != membership.version()) {
      hasChanged.set(true);
      var unused = changed.tryEmitEmpty();
    }
  }

  /** The tokens decide, not this member's idea of its lease: going on is safe. */
  private static Mono<Void> beatSkipped(UnavailableException unavailable) {
    LOG.warn("Could not renew a membership, trying again: {}", unavailable.getMessage());
    return Mono.empty();
  }

  private Mono<Void> follow(EventHandler handler) {
    Flux<RecordedEvent> events = storage.events().subscribe(filter, StartFrom.after(reached));
    return Gather.upTo(options.batchSize(), Term::sizeBytes, events)
        .takeUntilOther(changed.asMono())
        .concatMap(batch -> handle(batch, handler), 0)
        .then(Mono.defer(this::settleAtTheEnd));
  }

  /** About: what is more than its data is small. */
  private static long sizeBytes(RecordedEvent event) {
    return event.data().sizeBytes();
  }

  /** Whoever goes on, we too, begins with what is stored. */
  private Mono<Void> settleAtTheEnd() {
    return reached.equals(settled) ? Mono.empty() : work.settle(reached);
  }

  private Mono<Void> handle(List<RecordedEvent> batch, EventHandler handler) {
    Position end = batch.get(batch.size() - 1).position();
    return Mono.defer(
        () -> {
          isWorking.set(true);
          boolean all = System.nanoTime() - settledAt > settleMillis * 1_000_000;
          return work.handle(batch, handler, all)
              .then(
                  Mono.<Void>fromRunnable(
                      () -> {
                        reach(end);
                        if (all) {
                          noteSettled(end);
                        }
                      }))
              .doFinally(signal -> isWorking.set(false));
        });
  }

  /**
   * While there is nothing to do: brings slices without events of their own up to where the log has
   * been read, and writes only if that has moved. Never completes.
   */
  private Mono<Void> settling() {
    return Flux.interval(Duration.ofMillis(settleMillis))
        .onBackpressureDrop()
        .filter(tick -> !isWorking.get() && !membership.slices().isEmpty())
        .concatMap(tick -> settle(tick), 1)
        .then(Mono.never());
  }

  private Mono<Void> settle(long tick) {
    Position here = reached;
    if (!here.equals(settled)) {
      return settleAt(here);
    }
    boolean lookAhead = tick % (LOOK_AHEAD_MILLIS / settleMillis) == 0;
    return lookAhead && !membership.paused() && !filter.equals(EventFilter.all())
        ? passOver(here)
        : Mono.empty();
  }

  private Mono<Void> settleAt(Position here) {
    return work.settle(here)
        .then(Mono.<Void>fromRunnable(() -> noteSettled(here)))
        .onErrorResume(UnavailableException.class, Term::beatSkipped);
  }

  private synchronized void noteSettled(Position here) {
    reach(here);
    settled = here;
    settledAt = System.nanoTime();
  }

  /** Two may come at once: the end of a batch, and a look at the log. */
  private synchronized void reach(Position here) {
    reached = here.covers(reached) ? here : reached;
  }

  /** Moves past events that do not match: the log says that none between here and its head does. */
  private Mono<Void> passOver(Position here) {
    return DurableSubscription.head(storage)
        .filter(head -> !here.covers(head))
        .filterWhen(head -> nothingMatches(here, head))
        .flatMap(this::settleAt)
        .onErrorResume(UnavailableException.class, Term::beatSkipped);
  }

  private Mono<Boolean> nothingMatches(Position here, Position head) {
    return storage
        .events()
        .read(EventQuery.forward(filter).from(here).limit(1))
        .next()
        .map(event -> !head.covers(event.position()))
        .defaultIfEmpty(true);
  }
}
