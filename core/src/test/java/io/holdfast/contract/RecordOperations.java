package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.Emits.SOME;
import static io.holdfast.contract.Operation.freshId;
import static io.holdfast.contract.Operation.reads;
import static io.holdfast.contract.Operation.writes;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.json;

import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointCleanup;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** The operations of sessions, checkpoints and workflows. */
final class RecordOperations {

  private RecordOperations() {}

  static List<Operation> all() {
    return Stream.of(sessions(), checkpoints(), workflows(), executions())
        .flatMap(List::stream)
        .toList();
  }

  private static List<Operation> sessions() {
    return List.of(
        writes(
            "sessions.create",
            ONE,
            s -> new SessionId(freshId()),
            (s, id) -> s.sessions().create(id, details(1))),
        reads(
            "sessions.find", ONE, RecordOperations::session, (s, it) -> s.sessions().find(it.id())),
        reads("sessions.get", ONE, RecordOperations::session, (s, it) -> s.sessions().get(it.id())),
        reads(
            "sessions.list",
            SOME,
            RecordOperations::session,
            (s, it) -> s.sessions().list(SessionFilter.all())),
        reads(
            "sessions.stats",
            ONE,
            RecordOperations::session,
            (s, it) -> s.sessions().stats(SessionFilter.all())),
        reads(
            "sessions.stats(id)",
            ONE,
            RecordOperations::session,
            (s, it) -> s.sessions().stats(it.id())),
        reads(
            "sessions.watch(id)",
            ONE,
            RecordOperations::session,
            (s, it) -> s.sessions().watch(it.id()).take(1)),
        reads(
            "sessions.watch(filter)",
            SOME,
            RecordOperations::session,
            (s, it) -> s.sessions().watch(SessionFilter.all()).take(1)),
        writes(
            "sessions.update",
            ONE,
            RecordOperations::session,
            (s, it) -> s.sessions().update(it.withState(SessionState.RUNNING))),
        writes(
            "sessions.delete",
            NOTHING,
            RecordOperations::session,
            (s, it) -> s.sessions().delete(it.id())),
        writes(
            "sessions.purge",
            ONE,
            RecordOperations::finished,
            (s, it) ->
                s.sessions().purge(SessionFilter.all().withRepository(it.details().repository()))));
  }

  private static List<Operation> checkpoints() {
    return List.of(
        writes(
            "checkpoints.append",
            ONE,
            s -> new WorkflowId(freshId()),
            (s, id) -> s.checkpoints().append(id, 0, content(1))),
        reads(
            "checkpoints.findLatest",
            ONE,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().findLatest(id)),
        reads(
            "checkpoints.find",
            ONE,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().find(id, 1)),
        reads(
            "checkpoints.list",
            SOME,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().list(id, 5)),
        writes(
            "checkpoints.delete",
            NOTHING,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().delete(id, 1)),
        reads(
            "checkpoints.list(filter)",
            SOME,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().list(CheckpointFilter.of(id))),
        reads(
            "checkpoints.listNewest",
            SOME,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().listNewest(null, 5)),
        writes(
            "checkpoints.delete(set)",
            ONE,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().delete(id, Set.of(1L, 2L))),
        writes(
            "checkpoints.prune",
            ONE,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().prune(id, CheckpointRetention.last(1))),
        reads(
            "checkpoints.findLatestIntact",
            ONE,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().findLatestIntact(id)),
        reads(
            "checkpoints.listLatest",
            SOME,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().listLatest(null, 5)),
        reads(
            "checkpoints.listPrunable",
            SOME,
            RecordOperations::saved,
            (s, id) -> s.checkpoints().listPrunable(id, CheckpointRetention.last(1), 5)),
        writes(
            "CheckpointCleanup.prune",
            ONE,
            RecordOperations::saved,
            (s, id) -> CheckpointCleanup.prune(s.checkpoints(), CheckpointRetention.last(1))),
        reads(
            "CheckpointCleanup.listPrunable",
            SOME,
            RecordOperations::saved,
            (s, id) ->
                CheckpointCleanup.listPrunable(s.checkpoints(), CheckpointRetention.last(1))),
        writes(
            "CheckpointCleanup.keepNewest",
            ONE,
            RecordOperations::saved,
            (s, id) -> CheckpointCleanup.keepNewest(s.checkpoints(), 1)),
        reads(
            "CheckpointCleanup.listBeyondNewest",
            SOME,
            RecordOperations::saved,
            (s, id) -> CheckpointCleanup.listBeyondNewest(s.checkpoints(), 1)));
  }

  private static List<Operation> workflows() {
    return List.of(
        writes(
            "workflows.create",
            ONE,
            s -> new WorkflowId(freshId()),
            (s, id) -> s.workflows().create(id, definition("name"))),
        reads(
            "workflows.find",
            ONE,
            RecordOperations::workflow,
            (s, it) -> s.workflows().find(it.id())),
        reads(
            "workflows.get",
            ONE,
            RecordOperations::workflow,
            (s, it) -> s.workflows().get(it.id())),
        reads(
            "workflows.list",
            SOME,
            RecordOperations::workflow,
            (s, it) -> s.workflows().list(WorkflowFilter.all())),
        writes(
            "workflows.update",
            ONE,
            RecordOperations::workflow,
            (s, it) -> s.workflows().update(it.withDetails(definition("renamed")))),
        writes(
            "workflows.delete",
            NOTHING,
            RecordOperations::workflow,
            (s, it) -> s.workflows().delete(it.id())));
  }

  private static List<Operation> executions() {
    return List.of(
        writes(
            "workflows.start",
            ONE,
            RecordOperations::workflow,
            (s, it) -> s.workflows().start(it.id(), new ExecutionId("e-1"), json(1))),
        writes(
            "workflows.finish",
            ONE,
            RecordOperations::execution,
            (s, it) ->
                s.workflows().finish(it.workflow(), it.id(), ExecutionStatus.COMPLETED, json(2))),
        reads(
            "workflows.history",
            SOME,
            RecordOperations::execution,
            (s, it) -> s.workflows().history(it.workflow(), 5)),
        reads(
            "workflows.history(filter)",
            SOME,
            RecordOperations::execution,
            (s, it) -> s.workflows().history(ExecutionFilter.of(it.workflow()))),
        reads(
            "workflows.listPrunable",
            SOME,
            RecordOperations::ended,
            (s, id) -> s.workflows().listPrunable(id, ExecutionRetention.last(1), 5)),
        writes(
            "workflows.prune",
            ONE,
            RecordOperations::ended,
            (s, id) -> s.workflows().prune(id, ExecutionRetention.last(1), 5)),
        reads(
            "workflows.summary",
            ONE,
            RecordOperations::execution,
            (s, it) -> s.workflows().summary(it.workflow())),
        reads(
            "workflows.summaries",
            SOME,
            RecordOperations::workflow,
            (s, it) -> s.workflows().summaries(WorkflowFilter.all())));
  }

  private static Session session(UnifiedStorage storage) {
    return Await.value(storage.sessions().create(new SessionId(freshId()), details(1)));
  }

  /** In a repository of its own. */
  private static Session finished(UnifiedStorage storage) {
    SessionDetails details = SessionDetails.of("build", freshId(), json(1));
    Session created = Await.value(storage.sessions().create(new SessionId(freshId()), details));
    return Await.value(storage.sessions().update(created.withState(SessionState.COMPLETED)));
  }

  private static WorkflowId saved(UnifiedStorage storage) {
    WorkflowId id = new WorkflowId(freshId());
    Await.value(storage.checkpoints().append(id, 0, content(1)));
    Await.value(storage.checkpoints().append(id, 1, content(2)));
    return id;
  }

  private static Workflow workflow(UnifiedStorage storage) {
    return Await.value(storage.workflows().create(new WorkflowId(freshId()), definition("name")));
  }

  /** With two executions, of which the older one has ended. */
  private static WorkflowId ended(UnifiedStorage storage) {
    WorkflowExecution first = execution(storage);
    Await.value(
        storage
            .workflows()
            .finish(first.workflow(), first.id(), ExecutionStatus.COMPLETED, json(2)));
    Await.value(storage.workflows().start(first.workflow(), new ExecutionId("e-2"), json(3)));
    return first.workflow();
  }

  private static WorkflowExecution execution(UnifiedStorage storage) {
    WorkflowId id = workflow(storage).id();
    return Await.value(storage.workflows().start(id, new ExecutionId("e-1"), json(1)));
  }
}
