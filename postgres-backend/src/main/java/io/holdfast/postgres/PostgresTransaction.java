package io.holdfast.postgres;

import io.holdfast.Isolation;
import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.AppendOnlyEvents;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockLedger;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;
import java.util.function.Consumer;

/** All stores on one connection. */
record PostgresTransaction(
    EventJournal events,
    SessionStore sessions,
    CheckpointStore checkpoints,
    DeadLetterQueue deadLetters,
    WorkflowStore workflows,
    LockLedger locks,
    SubscriptionStore subscriptions)
    implements StoreSet {

  static PostgresTransaction on(SqlRunner transaction, EventTools tools, Consumer<LockCall> calls) {
    SchemaName schema = tools.schema();
    return new PostgresTransaction(
        new PostgresEventJournal(transaction, tools),
        new PostgresSessionStore(transaction, schema),
        new PostgresCheckpointStore(transaction, schema),
        new PostgresDeadLetterQueue(transaction, schema),
        new PostgresWorkflowStore(transaction, schema),
        new PostgresLockLedger(transaction, transaction, schema, calls),
        new PostgresSubscriptionStore(transaction, tools));
  }

  /** The same stores, for a transaction at {@code isolation}. */
  PostgresTransaction at(Isolation isolation) {
    return new PostgresTransaction(
        AppendOnlyEvents.at(isolation, events),
        sessions,
        checkpoints,
        deadLetters,
        workflows,
        locks,
        subscriptions);
  }
}
