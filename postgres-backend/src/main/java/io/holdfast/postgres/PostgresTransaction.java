package io.holdfast.postgres;

import io.holdfast.Isolation;
import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.AppendOnlyEvents;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockLedger;
import io.holdfast.session.SessionLedger;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;

/** All stores on one connection. */
record PostgresTransaction(
    EventJournal events,
    SessionLedger sessions,
    CheckpointStore checkpoints,
    DeadLetterQueue deadLetters,
    WorkflowStore workflows,
    LockLedger locks,
    SubscriptionStore subscriptions)
    implements StoreSet {

  static PostgresTransaction on(SqlRunner transaction, EventTools tools, News news) {
    return on(transaction, transaction, tools, news);
  }

  /** With another way for the renewal of claims, which must not wait for a connection. */
  static PostgresTransaction on(
      SqlRunner transaction, SqlRunner renewals, EventTools tools, News news) {
    SchemaName schema = tools.schema();
    return new PostgresTransaction(
        new PostgresEventJournal(transaction, tools),
        new PostgresSessionStore(transaction, tools, news::sessionsWritten),
        new PostgresCheckpointStore(transaction, schema),
        new PostgresDeadLetterQueue(transaction, renewals, schema),
        new PostgresWorkflowStore(transaction, schema),
        new PostgresLockLedger(transaction, transaction, schema, news::called),
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
