package io.holdfast.subscription;

import io.holdfast.StoreSet;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.Parking.Parked;
import java.util.List;
import java.util.stream.IntStream;
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

  private Mono<Void> lane(List<RecordedEvent> events) {
    return together(events).onErrorResume(EventFailed.class, failed -> around(events, failed));
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
        .onErrorMap(error -> new EventFailed(index, error));
  }

  /** What came before the failed event, in one transaction; the event, alone; then the rest. */
  private Mono<Void> around(List<RecordedEvent> events, EventFailed failed) {
    List<RecordedEvent> before = events.subList(0, failed.index);
    List<RecordedEvent> behind = events.subList(failed.index + 1, events.size());
    RecordedEvent event = events.get(failed.index);
    return (before.isEmpty() ? Mono.<Void>empty() : lane(before))
        .then(Mono.defer(() -> alone(event, failed)))
        .then(Mono.defer(() -> behind.isEmpty() ? Mono.empty() : lane(behind)));
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
