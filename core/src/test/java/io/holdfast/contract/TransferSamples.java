package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Slice;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/** Records of every kind, made by hand as another store may have kept them. */
final class TransferSamples {

  private static final Instant LATER = LONG_AGO.plusSeconds(3_600);
  private static final int RECORDS = 60;

  private TransferSamples() {}

  /** Records of one kind, in its order. */
  record Batch<R>(RecordKind<R> kind, List<R> records) {

    static <R> Batch<R> of(RecordKind<R> kind, IntFunction<R> record) {
      return new Batch<>(
          kind, IntStream.range(0, RECORDS).mapToObj(record).sorted(kind.order()).toList());
    }
  }

  /** One record, and the same one after it changed. */
  record Change<R>(RecordKind<R> kind, R older, R newer) {}

  /** Workflows come first, because executions need them. */
  static List<Batch<?>> batches() {
    return List.of(
        Batch.of(Workflow.KIND, i -> workflow(i, 1 + i % 9)),
        Batch.of(WorkflowExecution.KIND, i -> execution(i, i % 2 == 0)),
        Batch.of(Session.KIND, i -> session(i, 1 + i % 9)),
        Batch.of(Checkpoint.KIND, TransferSamples::checkpoint),
        Batch.of(DeadLetter.KIND, i -> letter(i, i % 4)),
        Batch.of(LockState.KIND, i -> lock(i, 5 + i)),
        Batch.of(Subscription.KIND, i -> subscription(i, 1 + i % 5, 40 + i)),
        Batch.of(HeldJob.KIND, i -> heldJob(i, i % 7)),
        Batch.of(RecordedEvent.KIND, TransferSamples::event));
  }

  /** What can change; events and checkpoints never do. */
  static List<Change<?>> changes() {
    return List.of(
        new Change<>(Workflow.KIND, workflow(1, 3), workflow(1, 7)),
        new Change<>(WorkflowExecution.KIND, execution(1, false), execution(1, true)),
        new Change<>(Session.KIND, session(1, 3), session(1, 7)),
        new Change<>(DeadLetter.KIND, letter(1, 1), letter(1, 3)),
        new Change<>(LockState.KIND, lock(1, 3), lock(1, 7)),
        new Change<>(LockState.KIND, lock(3, 7), lock(3, 10)),
        new Change<>(LockState.KIND, shares(4, 9, 0, 2), shares(4, 9, 1, 2)),
        new Change<>(LockState.KIND, shares(9, 14, 0, 2), shares(9, 14, 0, 1)),
        new Change<>(Subscription.KIND, subscription(1, 2, 100), subscription(1, 3, 100)),
        new Change<>(Subscription.KIND, subscription(2, 3, 100), subscription(2, 3, 101)),
        new Change<>(HeldJob.KIND, heldJob(1, 1), heldJob(1, 2)));
  }

  /** Names whose order as UTF-8 is not their order as Java strings. */
  private static String name(int i) {
    return List.of("\uFF5E", "\uD83D\uDE00", "a/../b ", "A").get(i % 4) + i;
  }

  static Workflow workflow(int i, long version) {
    WorkflowDetails details =
        i % 2 == 0
            ? definition("w" + version)
            : new WorkflowDetails("w" + version, "me", "text", Set.of("b", "a"), json(i));
    return new Workflow(
        new WorkflowId(name(i)), version, details, LONG_AGO, LONG_AGO.plusSeconds(version));
  }

  private static WorkflowExecution execution(int i, boolean finished) {
    return new WorkflowExecution(
        new WorkflowId(name(i % 10)),
        new ExecutionId(name(i)),
        finished ? ExecutionStatus.FAILED : ExecutionStatus.RUNNING,
        LONG_AGO.plusSeconds(i),
        finished ? LATER : null,
        json(finished ? 1_000 : i));
  }

  static Session session(int i, long version) {
    SessionState state = Samples.STATES.get((int) (version % 6));
    return new Session(
        new SessionId(name(i)),
        version,
        state,
        new SessionDetails(
            "type",
            "repository",
            i % 2 == 0 ? null : "w",
            new Progress(i % 101, 100),
            json(i),
            "e"),
        new SessionTiming(
            LONG_AGO, LONG_AGO.plusSeconds(version), state.isFinished() ? LATER : null));
  }

  /** Ten workflows with versions 3, 6, 9, ... each: what was between them has been pruned. */
  static Checkpoint checkpoint(int i) {
    return new Checkpoint(
        new WorkflowId(name(i % 10)),
        3L + 3L * (i / 10),
        LONG_AGO.plusSeconds(i),
        new CheckpointContent(json(i), json(-i)));
  }

  static DeadLetter letter(int i, int claims) {
    return new DeadLetter(
        letterKey(name(i % 10), name(i)),
        json(i),
        IntStream.rangeClosed(1, 1 + claims).mapToObj(attempt -> failure(attempt)).toList(),
        new DeadLetterState(
            claims != 2, LONG_AGO.plusSeconds(claims), claims, claims == 3 ? "owner" : null),
        LONG_AGO,
        LONG_AGO.plusSeconds(claims));
  }

  /** Shared by the last {@code count} that came, renewed so many times. */
  private static LockState shares(int i, long token, int renewals, int count) {
    List<LockHolder> holders =
        IntStream.range(0, count)
            .mapToObj(
                n ->
                    new LockHolder(
                        "owner-" + n,
                        token - n,
                        LONG_AGO.plusSeconds(token + 60L * renewals - n),
                        7,
                        json(n)))
            .toList();
    return new LockState(new LockName(name(i)), token, holders.get(0).expiresAt(), holders);
  }

  static LockState lock(int i, long token) {
    if (i % 5 == 4) {
      return shares(i, token, 0, 2);
    }
    if (i % 5 == 3) {
      Instant end = LONG_AGO.plusSeconds(token);
      LockHolder alone = new LockHolder("owner", token, end, 1, json(i));
      return new LockState(new LockName(name(i)), token, end, List.of(alone));
    }
    String owner = i % 2 == 0 ? null : "owner-" + token;
    return new LockState(new LockName(name(i)), token, owner, LONG_AGO.plusSeconds(token));
  }

  /** Slices that stand at different positions; tokens and positions grow with {@code place}. */
  static Subscription subscription(int i, long version, long place) {
    EventFilter filter =
        EventFilter.all()
            .withJobs(Set.of(new JobId(name(i)), new JobId("b")))
            .withTypes("b", "a")
            .withCorrelation("c")
            .within(LONG_AGO, LATER)
            .containing(json(i));
    return new Subscription(
        new SubscriptionName(name(i)),
        version,
        i % 2 == 0 ? filter : EventFilter.all(),
        version % 2 == 0,
        IntStream.range(0, 1 + i % 5)
            .mapToObj(number -> new Slice(number, place, new Position("" + place * (number + 1))))
            .toList(),
        List.of(),
        LONG_AGO);
  }

  static HeldJob heldJob(int i, int changes) {
    return new HeldJob(
        new SubscriptionName(name(i % 10)),
        new JobId(name(i)),
        changes % 2 == 1,
        LONG_AGO.plusSeconds(changes));
  }

  /** Ten jobs in turn; positions with holes, and of one to four digits. */
  static RecordedEvent event(int i) {
    Event event = Event.of("type-" + i % 3, json(i)).at(LONG_AGO.plusSeconds(-i * 86_400L));
    return new RecordedEvent(
        new Position(String.valueOf(7L + 17L * i)),
        new JobId(name(i % 10)),
        1L + i / 10,
        i % 2 == 0 ? event : event.withId("id").withCorrelation("c").withAgent("a"));
  }
}
