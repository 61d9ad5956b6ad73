package io.holdfast.dual;

import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.EventJournal;
import io.holdfast.lock.LockLedger;
import io.holdfast.session.SessionLedger;
import io.holdfast.subscription.SubscriptionStore;
import io.holdfast.workflow.WorkflowStore;

/** The stores over one access. */
record DualStores(
    EventJournal events,
    SessionLedger sessions,
    CheckpointStore checkpoints,
    DeadLetterQueue deadLetters,
    WorkflowStore workflows,
    LockLedger locks,
    SubscriptionStore subscriptions)
    implements StoreSet {

  static DualStores over(Access access) {
    return new DualStores(
        new DualJournal(access),
        new DualSessionLedger(access),
        new DualCheckpoints(access),
        new DualDeadLetters(access),
        new DualWorkflows(access),
        new DualLockLedger(access),
        new DualSubscriptions(access));
  }
}
