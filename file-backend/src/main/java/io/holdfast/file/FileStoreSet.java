package io.holdfast.file;

import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockLedger;
import io.holdfast.session.SessionLedger;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;

/** The stores over one scope. */
record FileStoreSet(
    EventJournal events,
    SessionLedger sessions,
    CheckpointStore checkpoints,
    DeadLetterQueue deadLetters,
    WorkflowStore workflows,
    LockLedger locks,
    SubscriptionStore subscriptions)
    implements StoreSet {

  static FileStoreSet over(Scope scope, EventJournal events, LockLedger locks) {
    return new FileStoreSet(
        events,
        new FileSessionStore(scope),
        new FileCheckpointStore(scope),
        new FileDeadLetterQueue(scope),
        new FileWorkflowStore(scope),
        locks,
        new FileSubscriptionStore(scope, events));
  }
}
