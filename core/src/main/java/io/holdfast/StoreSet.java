package io.holdfast;

import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockLedger;
import io.holdfast.session.SessionLedger;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;

/**
 * The stores, one a noun. From {@link UnifiedStorage} each operation is a transaction of its own;
 * inside {@link UnifiedStorage#inTransaction} all of them share one.
 */
public interface StoreSet {

  /** The history of jobs. */
  EventJournal events();

  /** Runs. */
  SessionLedger sessions();

  /** Saved progress. */
  CheckpointStore checkpoints();

  /** Work items that failed. */
  DeadLetterQueue deadLetters();

  /** Workflow definitions and executions. */
  WorkflowStore workflows();

  /** Leases. */
  LockLedger locks();

  /** Durable subscriptions: how far they are, and who works on them. */
  SubscriptionStore subscriptions();
}
