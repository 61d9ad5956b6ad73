package io.holdfast.subscription;

import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/**
 * What the kinds of work share: the slices of a term, and where their progress goes.
 *
 * @param storage where everything is
 * @param name the subscription
 * @param options how it is worked on
 * @param share the slices
 * @param parking what is put aside
 * @param broken what the storage has ended under way
 */
record Work(
    UnifiedStorage storage,
    SubscriptionName name,
    ConsumeOptions options,
    Share share,
    Parking parking,
    BrokenEvents broken) {

  private static final long BACKOFF_GROWTH = 64;

  static Work of(
      UnifiedStorage storage,
      SubscriptionName name,
      ConsumeOptions options,
      List<Slice> slices,
      List<HeldJob> held,
      BrokenEvents broken) {
    return new Work(
        storage,
        name,
        options,
        new Share(options.slices(), slices),
        new Parking(name, options.failures(), held),
        broken);
  }

  /**
   * Handles a batch and stores the progress.
   *
   * @param all true to bring every slice to the end of the batch, not only those that had events
   */
  Mono<Void> handle(List<RecordedEvent> batch, EventHandler handler, boolean all) {
    Position end = batch.get(batch.size() - 1).position();
    List<RecordedEvent> owed = share.owed(batch);
    if (owed.isEmpty()) {
      return all ? settle(end) : Mono.empty();
    }
    if (handler instanceof EventHandler.Plain plain) {
      List<Slice> progress = all ? share.allAt(end) : share.after(owed);
      return new PlainWork(this, plain).handle(owed, progress);
    }
    EventHandler.Transactional transactional = (EventHandler.Transactional) handler;
    Mono<Void> handled = new TransactionalWork(this, transactional).handle(owed);
    return all ? handled.then(Mono.defer(() -> settle(end))) : handled;
  }

  /** Brings every slice to {@code position}. */
  Mono<Void> settle(Position position) {
    return storage.subscriptions().advance(name, share.allAt(position));
  }

  /** If the storage has ended a transaction, it was because of the event it was at, or of none. */
  UnavailableException noted(@Nullable RecordedEvent at, UnavailableException error) {
    if (at != null) {
      broken.add(at, error);
    }
    return error;
  }

  /** How often to try again after {@code tried} attempts, and when. */
  RetryBackoffSpec retry(int tried) {
    FailurePolicy failures = options.failures();
    return Retry.backoff(failures.attempts() - tried, failures.backoff())
        .maxBackoff(failures.backoff().multipliedBy(BACKOFF_GROWTH))
        .onRetryExhaustedThrow((spec, signal) -> signal.failure());
  }
}
