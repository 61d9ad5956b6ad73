package io.holdfast.postgres;

import io.holdfast.RecordKind;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How each kind of record is copied. */
final class Transfers {

  private final Map<RecordKind<?>, LoadingTransfer<?>> byKind = new LinkedHashMap<>();

  Transfers(
      SqlRunner database, EventTools tools, Runnable eventsWritten, Runnable sessionsWritten) {
    Tables tables = new Tables(tools);
    put(Workflow.KIND, new TableTransfer<>(database, tables.workflows()));
    put(WorkflowExecution.KIND, new TableTransfer<>(database, tables.executions()));
    put(Session.KIND, new TableTransfer<>(database, tables.sessions()).announcing(sessionsWritten));
    put(Checkpoint.KIND, new CheckpointTransfer(database, tools.schema()));
    put(DeadLetter.KIND, new TableTransfer<>(database, tables.deadLetters()));
    put(LockState.KIND, new TableTransfer<>(database, LockTable.of(tools.schema())));
    SubscriptionTables subscriptions = new SubscriptionTables(tools.schema());
    put(Subscription.KIND, new TableTransfer<>(database, subscriptions.subscriptions()));
    put(HeldJob.KIND, new TableTransfer<>(database, subscriptions.heldJobs()));
    put(RecordedEvent.KIND, new EventTransfer(database, tools, eventsWritten));
  }

  private <R> void put(RecordKind<R> kind, LoadingTransfer<R> transfer) {
    byKind.put(kind, transfer);
  }

  List<RecordKind<?>> kinds() {
    return List.copyOf(byKind.keySet());
  }

  /** Only {@link #put} fills the map, so that kind and transfer go together. */
  @SuppressWarnings("unchecked")
  <R> LoadingTransfer<R> of(RecordKind<R> kind) {
    LoadingTransfer<?> transfer = byKind.get(kind);
    if (transfer == null) {
      throw new IllegalArgumentException("Not kept here: " + kind.name());
    }
    return (LoadingTransfer<R>) transfer;
  }
}
