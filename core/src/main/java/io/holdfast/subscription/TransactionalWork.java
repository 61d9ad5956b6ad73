package io.holdfast.subscription;

import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.Parking.Parked;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work whose effects are writes to the stores: slices side by side, each lane of them a transaction
 * after the other, which first checks the tokens and keeps them the newest, and then handles
 * events, as many as there is time for. Only where an event fails, it is tried again in a
 * transaction of its own.
 */
record TransactionalWork(Work work, EventHandler.Transactional handler) {

  /**
   * A transaction that has lasted so long ends with the event it is at. It keeps others waiting,
   * and the storage ends one that lasts for too long, with all that was done in it.
   */
  private static final Duration LONG_ENOUGH = Duration.ofSeconds(1);

  /** A handler takes as long as it takes, within what the storage itself allows. */
  static final TransactionOptions UNHURRIED =
      TransactionOptions.DEFAULT.withTimeout(TransactionOptions.TIMEOUT_MAX);

  /** Which of the events of a transaction has failed. It was rolled back. */
  static final class EventFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int index;
    private final Throwable reason;

    EventFailed(int index, Throwable reason) {
      super("An event's handler failed", reason, false, false);
      this.index = index;
      this.reason = reason;
    }

    Throwable reason() {
      return reason;
    }
  }

  Mono<Void> handle(List<RecordedEvent> owed) {
    int lanes = work.options().concurrency();
    return Flux.fromIterable(work.share().byLane(owed, lanes)).flatMap(this::lane, lanes).then();
  }

  /** A part of a lane: events for one transaction, or one that has failed in such a one. */
  private record Part(List<RecordedEvent> events, @Nullable EventFailed failed) {}

  /** Part by part, in order; a part that fails, or takes long, becomes several. */
  private Mono<Void> lane(List<RecordedEvent> events) {
    return Mono.defer(
        () -> {
          Deque<Part> parts = parts(events);
          return Mono.defer(() -> handle(parts.pop(), parts)).repeat(() -> !parts.isEmpty()).then();
        });
  }

  /** All in one part, but for events that have broken their transaction before. */
  private Deque<Part> parts(List<RecordedEvent> events) {
    Deque<Part> parts = new ArrayDeque<>();
    int from = 0;
    for (int i = 0; i < events.size(); i++) {
      if (work.broken().has(events.get(i))) {
        add(parts, events.subList(from, i));
        add(parts, events.subList(i, i + 1));
        from = i + 1;
      }
    }
    add(parts, events.subList(from, events.size()));
    return parts;
  }

  private static void add(Deque<Part> parts, List<RecordedEvent> events) {
    if (!events.isEmpty()) {
      parts.add(new Part(events, null));
    }
  }

  private Mono<Void> handle(Part part, Deque<Part> parts) {
    List<RecordedEvent> events = part.events();
    RecordedEvent first = events.get(0);
    if (part.failed() != null) {
      return alone(first, part.failed());
    }
    Throwable verdict = work.broken().verdict(first, work.options().failures());
    if (verdict != null && !work.parking().isHeld(first.job())) {
      return park(first, verdict);
    }
    return together(events)
        .flatMap(done -> Mono.<Void>fromRunnable(() -> goOn(events, done, parts)))
        .onErrorResume(
            EventFailed.class, failed -> Mono.fromRunnable(() -> split(events, failed, parts)));
  }

  /** What there was no time for is the next part. */
  private static void goOn(List<RecordedEvent> events, int done, Deque<Part> parts) {
    if (done < events.size()) {
      parts.push(new Part(events.subList(done, events.size()), null));
    }
  }

  /** What came before the failed event, in one transaction; the event, alone; then the rest. */
  private static void split(List<RecordedEvent> events, EventFailed failed, Deque<Part> parts) {
    int index = failed.index;
    goOn(events, index + 1, parts);
    parts.push(new Part(events.subList(index, index + 1), failed));
    if (index > 0) {
      parts.push(new Part(events.subList(0, index), null));
    }
  }

  /** Handles events in one transaction, as many as there is time for; how many it were. */
  private Mono<Integer> together(List<RecordedEvent> events) {
    return Mono.defer(
        () -> {
          AtomicReference<@Nullable RecordedEvent> current = new AtomicReference<>();
          return work.storage()
              .inTransaction(UNHURRIED, tx -> work(tx, events, current))
              .onErrorResume(
                  UnavailableException.class,
                  error -> Mono.error(() -> work.noted(current.get(), error)))
              .flatMap(done -> Mono.fromCallable(() -> forgotten(events, done)));
        });
  }

  private int forgotten(List<RecordedEvent> events, int done) {
    events.subList(0, done).forEach(work.broken()::remove);
    return done;
  }

  private Mono<Integer> work(
      StoreSet tx, List<RecordedEvent> events, AtomicReference<@Nullable RecordedEvent> current) {
    current.set(null);
    // Of several it is not known yet how many: that is a second statement, at the end.
    boolean isOne = events.size() == 1;
    List<Slice> first = isOne ? work.share().after(events) : work.share().fence(events);
    return tx.subscriptions()
        .advance(work.name(), first)
        .then(Mono.defer(() -> steps(tx, events, current)))
        .flatMap(done -> isOne ? Mono.just(done) : advance(tx, events, done));
  }

  private Mono<Integer> advance(StoreSet tx, List<RecordedEvent> events, int done) {
    return tx.subscriptions()
        .advance(work.name(), work.share().after(events.subList(0, done)))
        .thenReturn(done);
  }

  private Mono<Integer> steps(
      StoreSet tx, List<RecordedEvent> events, AtomicReference<@Nullable RecordedEvent> current) {
    long end = System.nanoTime() + LONG_ENOUGH.toNanos();
    return Flux.range(0, events.size())
        .concatMap(index -> step(tx, events.get(index), index, current).thenReturn(index + 1), 0)
        .takeUntil(done -> System.nanoTime() - end > 0)
        .last();
  }

  private Mono<Void> step(
      StoreSet tx,
      RecordedEvent event,
      int index,
      AtomicReference<@Nullable RecordedEvent> current) {
    if (work.parking().isHeld(event.job())) {
      return work.parking().write(tx, work.parking().behind(event));
    }
    return Mono.defer(
            () -> {
              current.set(event);
              return handler.work().apply(tx, event);
            })
        .onErrorMap(TransactionalWork::isOfHandler, error -> new EventFailed(index, error));
  }

  /**
   * False if the storage has failed: the event is as good as before, and is handled again. A lease
   * that is lost here is one of the handler's own; the slice's was checked before, and stays.
   */
  static boolean isOfHandler(Throwable error) {
    return !(error instanceof UnavailableException);
  }

  /** It was tried once: the other attempts, then the dead letters. */
  private Mono<Void> alone(RecordedEvent event, EventFailed first) {
    List<RecordedEvent> one = List.of(event);
    return Mono.<Void>error(first)
        .onErrorResume(EventFailed.class, failed -> again(one, failed))
        .onErrorResume(EventFailed.class, failed -> park(event, failed.reason()));
  }

  private Mono<Void> again(List<RecordedEvent> one, EventFailed first) {
    int left = work.options().failures().attempts() - 1;
    return left == 0
        ? Mono.error(first)
        : Mono.delay(work.options().failures().backoff())
            .then(together(one).retryWhen(work.retry(2).filter(EventFailed.class::isInstance)))
            .then();
  }

  private Mono<Void> park(RecordedEvent event, Throwable reason) {
    Parked parked = work.parking().failed(event, reason);
    return work.storage()
        .inTransaction(
            tx ->
                tx.subscriptions()
                    .advance(work.name(), work.share().after(List.of(event)))
                    .then(work.parking().write(tx, parked)))
        .then(Mono.fromRunnable(() -> parked(event, parked.holds())));
  }

  private void parked(RecordedEvent event, boolean holds) {
    work.broken().remove(event);
    if (holds) {
      work.parking().hold(event.job());
    }
  }
}
