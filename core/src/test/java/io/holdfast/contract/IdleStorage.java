package io.holdfast.contract;

import io.holdfast.Health;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonths;
import io.holdfast.lock.LockStore;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.workflow.WorkflowStore;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A storage that does nothing, successfully: everything it returns completes empty. */
final class IdleStorage implements UnifiedStorage {

  @Override
  public EventLog events() {
    return idle(EventLog.class);
  }

  @Override
  public SessionStore sessions() {
    return idle(SessionStore.class);
  }

  @Override
  public CheckpointStore checkpoints() {
    return idle(CheckpointStore.class);
  }

  @Override
  public DeadLetterQueue deadLetters() {
    return idle(DeadLetterQueue.class);
  }

  @Override
  public WorkflowStore workflows() {
    return idle(WorkflowStore.class);
  }

  @Override
  public LockStore locks() {
    return idle(LockStore.class);
  }

  @Override
  public SubscriptionStore subscriptions() {
    return idle(SubscriptionStore.class);
  }

  @Override
  public <T> Mono<T> inTransaction(TransactionOptions options, Function<StoreSet, Mono<T>> work) {
    return Mono.empty();
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return List.of();
  }

  @Override
  @SuppressWarnings("unchecked")
  public <R> RecordTransfer<R> transfer(RecordKind<R> kind) {
    return idle(RecordTransfer.class);
  }

  @Override
  public MigrationLedger migrations() {
    return idle(MigrationLedger.class);
  }

  @Override
  public Mono<Health> health() {
    return Mono.empty();
  }

  @Override
  public Mono<Void> close() {
    return Mono.empty();
  }

  private static <S> S idle(Class<S> store) {
    Object proxy =
        Proxy.newProxyInstance(
            store.getClassLoader(),
            new Class<?>[] {store},
            (self, method, arguments) -> nothing(method));
    return store.cast(proxy);
  }

  private static Object nothing(Method method) {
    if (method.getReturnType().equals(EventMonths.class)) {
      return idle(EventMonths.class);
    }
    return method.getReturnType().equals(Mono.class) ? Mono.empty() : Flux.empty();
  }
}
