package io.holdfast.subscription;

import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.Parking.Parked;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work with effects of its own: jobs side by side, each in order; then one write of the progress,
 * in one transaction with what has failed.
 */
record PlainWork(Work work, EventHandler.Plain handler) {

  Mono<Void> handle(List<RecordedEvent> owed, List<Slice> progress) {
    List<Parked> parked = Collections.synchronizedList(new ArrayList<>());
    return Flux.fromIterable(Share.byJob(owed))
        .flatMap(job -> inOrder(job, parked), work.options().concurrency())
        .then(Mono.defer(() -> store(progress, parked)));
  }

  private Mono<Void> inOrder(List<RecordedEvent> job, List<Parked> parked) {
    return Flux.fromIterable(job).concatMap(event -> one(event, parked)).then();
  }

  private Mono<Void> one(RecordedEvent event, List<Parked> parked) {
    Parking parking = work.parking();
    return Mono.defer(
        () -> {
          if (parking.isHeld(event.job())) {
            parked.add(parking.behind(event));
            return Mono.empty();
          }
          return attempts(event)
              .onErrorResume(error -> Mono.fromRunnable(() -> park(event, error, parked)));
        });
  }

  /** As often as it may be tried. */
  Mono<Void> attempts(RecordedEvent event) {
    return Mono.defer(() -> handler.work().apply(event)).retryWhen(work.retry(1));
  }

  private void park(RecordedEvent event, Throwable error, List<Parked> parked) {
    Parked failed = work.parking().failed(event, error);
    parked.add(failed);
    if (failed.holds()) {
      work.parking().hold(event.job());
    }
  }

  private Mono<Void> store(List<Slice> progress, List<Parked> parked) {
    if (parked.isEmpty()) {
      return work.storage().subscriptions().advance(work.name(), progress);
    }
    return work.storage()
        .inTransaction(
            tx ->
                tx.subscriptions()
                    .advance(work.name(), progress)
                    .then(work.parking().write(tx, List.copyOf(parked))));
  }
}
