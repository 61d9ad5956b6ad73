package io.holdfast.migration.verify;

import io.holdfast.Health;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventLog;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockStore;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A storage that exports given events, and can do nothing else. */
record Exports(Flux<RecordedEvent> exported) implements UnifiedStorage {

  static UnifiedStorage of(Flux<RecordedEvent> events) {
    return new Exports(events);
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return List.of(RecordedEvent.KIND);
  }

  @Override
  @SuppressWarnings("unchecked") // There is one kind.
  public <R> RecordTransfer<R> transfer(RecordKind<R> kind) {
    return (RecordTransfer<R>) new EventExport(exported);
  }

  private record EventExport(Flux<RecordedEvent> export) implements RecordTransfer<RecordedEvent> {

    @Override
    public Mono<Long> count() {
      return export.count();
    }

    @Override
    public Mono<Long> load(List<RecordedEvent> records) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public EventLog events() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionStore sessions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public CheckpointStore checkpoints() {
    throw new UnsupportedOperationException();
  }

  @Override
  public DeadLetterQueue deadLetters() {
    throw new UnsupportedOperationException();
  }

  @Override
  public WorkflowStore workflows() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SubscriptionStore subscriptions() {
    throw new UnsupportedOperationException();
  }

  @Override
  public LockStore locks() {
    throw new UnsupportedOperationException();
  }

  @Override
  public <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<Health> health() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }
}
