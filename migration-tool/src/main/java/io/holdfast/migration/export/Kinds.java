package io.holdfast.migration.export;

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
import java.util.List;
import java.util.Optional;

/** The kinds of records that can be read from an export. */
final class Kinds {

  /** In the order in which they are loaded: a record comes after those that it refers to. */
  static final List<RecordKind<?>> ALL =
      List.of(
          Workflow.KIND,
          WorkflowExecution.KIND,
          Session.KIND,
          Checkpoint.KIND,
          DeadLetter.KIND,
          LockState.KIND,
          Subscription.KIND,
          HeldJob.KIND,
          RecordedEvent.KIND);

  private Kinds() {}

  /** The one with this name; empty if it is not known. */
  static Optional<RecordKind<?>> find(String name) {
    return ALL.stream().filter(kind -> kind.name().equals(name)).findFirst();
  }
}
