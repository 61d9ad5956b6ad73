package io.holdfast.subscription;

import io.holdfast.LockLostException;
import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.Parking.Parked;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work whose effects are writes to the stores: slices side by side, each lane of them one
 * transaction that first moves the progress, which checks the tokens and keeps them the newest, and
 * then handles its events. Only where an event fails, it is tried again in a transaction of its
 * own.
 */
record TransactionalWork(Work work, EventHandler.Transactional handler) {

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

  /** Part by part, in order; a part that fails becomes several. */
  private Mono<Void> lane(List<RecordedEvent> events) {
    return Mono.defer(
        () -> {
          Deque<Part> parts = new ArrayDeque<>();
          parts.push(new Part(events, null));
          return Mono.defer(() -> handle(parts.pop(), parts)).repeat(() -> !parts.isEmpty()).then();
        });
  }

  private Mono<Void> handle(Part part, Deque<Part> parts) {
    return part.failed() != null
        ? alone(part.events().get(0), part.failed())
        : together(part.events())
            .onErrorResume(
                EventFailed.class,
                failed -> Mono.fromRunnable(() -> split(part.events(), failed, parts)));
  }

  /** What came before the failed event, in one transaction; the event, alone; then the rest. */
  private static void split(List<RecordedEvent> events, EventFailed failed, Deque<Part> parts) {
    int index = failed.index;
    if (index + 1 < events.size()) {
      parts.push(new Part(events.subList(index + 1, events.size()), null));
    }
    parts.push(new Part(events.subList(index, index + 1), failed));
    if (index > 0) {
      parts.push(new Part(events.subList(0, index), null));
    }
  }

  private Mono<Void> together(List<RecordedEvent> events) {
    return work.storage()
        .inTransaction(
            tx ->
                tx.subscriptions()
                    .advance(work.name(), work.share().after(events))
                    .thenMany(Flux.fromStream(() -> IntStream.range(0, events.size()).boxed()))
                    .concatMap(index -> step(tx, events.get(index), index))
                    .then());
  }

  private Mono<Void> step(StoreSet tx, RecordedEvent event, int index) {
    if (work.parking().isHeld(event.job())) {
      return work.parking().write(tx, work.parking().behind(event));
    }
    return Mono.defer(() -> handler.work().apply(tx, event))
        .onErrorMap(TransactionalWork::isOfHandler, error -> new EventFailed(index, error));
  }

  /**
   * False if the storage has failed, or the slice is another member's: the event is as good as
   * before, and is handled again.
   */
  static boolean isOfHandler(Throwable error) {
    return !(error instanceof UnavailableException || error instanceof LockLostException);
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
            .then(together(one).retryWhen(work.retry(2).filter(EventFailed.class::isInstance)));
  }

  private Mono<Void> park(RecordedEvent event, Throwable reason) {
    Parked parked = work.parking().failed(event, reason);
    return work.storage()
        .inTransaction(
            tx ->
                tx.subscriptions()
                    .advance(work.name(), work.share().after(List.of(event)))
                    .then(work.parking().write(tx, parked)))
        .then(
            Mono.fromRunnable(
                () -> {
                  if (parked.holds()) {
                    work.parking().hold(event.job());
                  }
                }));
  }
}
