package io.holdfast.postgres;

import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockStore;
import io.holdfast.session.SessionStore;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;

/** All stores on one connection. */
record PostgresTransaction(
    EventJournal events,
    SessionStore sessions,
    CheckpointStore checkpoints,
    DeadLetterQueue deadLetters,
    WorkflowStore workflows,
    LockStore locks,
    SubscriptionStore subscriptions)
    implements StoreSet {

  static PostgresTransaction on(SqlRunner transaction, EventTools tools) {
    SchemaName schema = tools.schema();
    return new PostgresTransaction(
        new PostgresEventJournal(transaction, tools),
        new PostgresSessionStore(transaction, schema),
        new PostgresCheckpointStore(transaction, schema),
        new PostgresDeadLetterQueue(transaction, schema),
        new PostgresWorkflowStore(transaction, schema),
        new PostgresLockStore(transaction, schema),
        new PostgresSubscriptionStore(transaction, tools));
  }
}
