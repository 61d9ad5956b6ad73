package io.holdfast.migration;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;
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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import reactor.core.publisher.Mono;

/** Records of every kind under names, and with data, that a careless copy would spoil. */
public final class OddRecords {

  /** How many records {@link #loadInto} writes. */
  public static final int COUNT = 9 * 8 + 3 * 8;

  private static final Instant START = Instant.parse("2024-12-31T23:59:59.999999Z");

  private static final List<SessionState> STATES = List.of(SessionState.values());

  private static final List<String> NAMES =
      List.of(
          "../../etc/passwd",
          "it's \"quoted\"; DROP TABLE sessions --",
          "CaSe",
          "case",
          " space at both ends ",
          "\uFF5E full width",
          "\uD83D\uDE00 emoji, above U+FFFF",
          "e\u0301 decomposed");

  private static final List<Json> DATA =
      List.of(
          Json.EMPTY,
          Json.of("{\"b\":1,\"a\":{\"d\":[1,2,{\"y\":null,\"x\":true}],\"c\":\"\"}}"),
          Json.of("{\"exact\":12345678901234567890.123456789012345678901234567890}"),
          Json.of("{\"small\":1e-30,\"large\":1.50e300,\"zero\":-0.0}"),
          Json.of(
              "{\"text\":\"\\u0001 tab\\t quote\\\" back\\\\slash / \uD83D\uDE00 \\ud83d\\ude00\"}"),
          Json.of("[]"),
          Json.of("\"only text\""),
          Json.of("{\"\":\"empty name\",\"\uFF5E\":1,\"\uD83D\uDE00\":2}"));

  private OddRecords() {}

  /** Writes records of every kind. */
  public static Mono<Void> loadInto(UnifiedStorage storage) {
    return load(storage, Workflow.KIND, each(OddRecords::workflow))
        .then(load(storage, WorkflowExecution.KIND, each(OddRecords::execution)))
        .then(load(storage, Session.KIND, each(OddRecords::session)))
        .then(load(storage, Checkpoint.KIND, each(OddRecords::checkpoint)))
        .then(load(storage, DeadLetter.KIND, each(OddRecords::letter)))
        .then(load(storage, LockState.KIND, each(OddRecords::lock)))
        .then(load(storage, Subscription.KIND, each(OddRecords::subscription)))
        .then(load(storage, HeldJob.KIND, each(OddRecords::heldJob)))
        .then(load(storage, RecordedEvent.KIND, events()))
        .then();
  }

  private static <R> Mono<Long> load(UnifiedStorage storage, RecordKind<R> kind, List<R> records) {
    return storage.transfer(kind).load(records.stream().sorted(kind.order()).toList());
  }

  private interface Maker<R> {
    R make(int i);
  }

  private static <R> List<R> each(Maker<R> maker) {
    List<R> records = new ArrayList<>();
    for (int i = 0; i < NAMES.size(); i++) {
      records.add(maker.make(i));
    }
    return records;
  }

  private static Workflow workflow(int i) {
    WorkflowDetails details =
        new WorkflowDetails(
            NAMES.get(i),
            i == 0 ? null : "author",
            i == 1 ? null : "line\nline",
            Set.of("tag", NAMES.get(7 - i)),
            DATA.get(i));
    return new Workflow(new WorkflowId(NAMES.get(i)), i + 1, details, START, time(i));
  }

  private static WorkflowExecution execution(int i) {
    boolean running = i % 2 == 0;
    return new WorkflowExecution(
        new WorkflowId(NAMES.get(i)),
        new ExecutionId(NAMES.get(7 - i)),
        running ? ExecutionStatus.RUNNING : ExecutionStatus.FAILED,
        START,
        running ? null : time(i),
        DATA.get(i));
  }

  private static Session session(int i) {
    SessionState state = STATES.get(i % STATES.size());
    return new Session(
        new SessionId(NAMES.get(i)),
        100L + i,
        state,
        new SessionDetails(
            "type", NAMES.get(i), i == 0 ? null : "w", new Progress(i, 8), DATA.get(i), null),
        new SessionTiming(START, time(i), state.isFinished() ? time(i) : null));
  }

  private static Checkpoint checkpoint(int i) {
    return new Checkpoint(
        new WorkflowId(NAMES.get(i / 2)),
        1L + 5L * (i % 2),
        time(i),
        new CheckpointContent(DATA.get(i), DATA.get(7 - i)));
  }

  private static DeadLetter letter(int i) {
    return new DeadLetter(
        new DeadLetterKey(new JobId(NAMES.get(i)), new ItemId(NAMES.get(7 - i))),
        DATA.get(i),
        List.of(
            new Failure(1, START, "Timeout", "", DATA.get(7 - i)),
            new Failure(7, time(i), "Crash", "first\nsecond", Json.EMPTY)),
        new DeadLetterState(i % 2 == 0, time(i), i, i % 3 == 0 ? "owner" : null),
        START,
        time(i));
  }

  private static LockState lock(int i) {
    return new LockState(
        new LockName(NAMES.get(i)), 1L << (7 * i), i % 2 == 0 ? null : "owner", time(i));
  }

  private static Subscription subscription(int i) {
    EventFilter filter =
        EventFilter.all().withTypes("type/1", NAMES.get(i)).containing(DATA.get(i));
    return new Subscription(
        new SubscriptionName(NAMES.get(i)),
        1L + i,
        i % 2 == 0 ? EventFilter.all() : filter,
        i % 3 == 0,
        IntStream.rangeClosed(0, i)
            .mapToObj(n -> new Slice(n, 100L * i + n, new Position(Integer.toString(31 * n))))
            .toList(),
        List.of(),
        time(i));
  }

  private static HeldJob heldJob(int i) {
    return new HeldJob(
        new SubscriptionName(NAMES.get(i)), new JobId(NAMES.get(7 - i)), i % 2 == 0, time(i));
  }

  /** Four a job, spread over months, out of the order of their times, positions with holes. */
  private static List<RecordedEvent> events() {
    List<RecordedEvent> events = new ArrayList<>();
    for (int i = 0; i < 4 * NAMES.size(); i++) {
      Event event = Event.of("type/" + i % 3, DATA.get(i % 8)).at(time(-20 * i));
      EventOrigin origin = new EventOrigin("id", NAMES.get(i % 8), i % 3 == 0 ? null : "agent");
      events.add(
          new RecordedEvent(
              new Position(Long.toString(7L + 31L * i)),
              new JobId(NAMES.get(i % 8)),
              1L + i / 8,
              new Event(event.type(), event.data(), origin, event.createdAt())));
    }
    return events;
  }

  private static Instant time(int i) {
    return START.plus(Duration.ofDays(i)).plusNanos(1_000L * i);
  }
}
