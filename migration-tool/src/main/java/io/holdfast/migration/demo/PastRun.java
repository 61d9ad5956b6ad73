package io.holdfast.migration.demo;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** One run of the past: its items, one after the other, and what was written about them. */
final class PastRun {

  /** How many items the last run leaves to be done. */
  static final int LEFT_OVER = 24;

  private static final int ITEMS_MIN = 180;
  private static final int CHECKPOINT_EVERY = 40;
  private static final int ATTEMPTS_MAX = 3;

  private final DemoHistory history;
  private final Random random;
  private final AgentReports reports;
  private final int number;
  private final WorkflowId workflow;
  private final JobId job;
  private final Instant start;
  private final int items;
  private final List<String> done = new ArrayList<>();
  private Instant now;
  private long version;

  PastRun(DemoHistory history, Random random, int number, Instant start) {
    this.history = history;
    this.random = random;
    this.reports = new AgentReports(random);
    this.number = number;
    this.workflow = DemoHistory.workflow(number);
    this.job = job(number);
    this.start = start;
    this.items = ITEMS_MIN + random.nextInt(60);
    this.now = start;
  }

  /** The job of run {@code number}. */
  static JobId job(int number) {
    return new JobId("%s-%03d".formatted(DemoHistory.workflow(number), number + 1));
  }

  void write() {
    event("job.started", null, Json.from(Map.of("items", items, "parallel", 8)));
    for (int i = 0; i < items; i++) {
      item(i);
      if (i % CHECKPOINT_EVERY == CHECKPOINT_EVERY - 1) {
        checkpoint();
      }
    }
    event("job.completed", null, Json.from(outcome()));
    session();
    execution();
  }

  private void item(int index) {
    String item = "src/main/java/shop/module%02d/Service%03d.java".formatted(index % 17, index);
    boolean hopeless = isHopeless(index);
    int attempts = hopeless ? ATTEMPTS_MAX : 1 + random.nextInt(12) / 11;
    List<Failure> failures = new ArrayList<>();
    for (int attempt = 1; attempt <= attempts; attempt++) {
      String agent = reports.agent();
      event("agent.started", agent, reports.started(item, attempt));
      if (hopeless || attempt < attempts) {
        Failure failure = reports.failure(attempt, now, agent);
        failures.add(failure);
        event("agent.failed", agent, reports.failed(item, failure));
      } else {
        event("agent.completed", agent, reports.completed(item, attempt));
        done.add(item);
      }
    }
    if (hopeless) {
      deadLetter(item, failures);
    }
  }

  private boolean isHopeless(int index) {
    return number == DemoHistory.LAST_RUN
        ? index % 7 == 0 && index / 7 < LEFT_OVER
        : random.nextInt(60) == 0;
  }

  private void deadLetter(String item, List<Failure> failures) {
    boolean eligible = number == DemoHistory.LAST_RUN || random.nextBoolean();
    history.deadLetters.add(
        new DeadLetter(
            new DeadLetterKey(job, new ItemId(item)),
            Json.from(Map.of("file", item, "priority", random.nextInt(5))),
            failures,
            new DeadLetterState(eligible, now.plusSeconds(300), 0, null),
            failures.get(0).at(),
            now));
    event("item.given-up", null, Json.from(Map.of("item", item, "failures", failures.size())));
  }

  private void checkpoint() {
    long next = 1 + history.checkpoints.stream().filter(c -> c.workflow().equals(workflow)).count();
    Json state = Json.from(Map.of("run", number + 1, "done", done, "phase", "map"));
    Json metadata = Json.from(Map.of("reason", "interval", "items", done.size()));
    history.checkpoints.add(
        new Checkpoint(workflow, next, now, new CheckpointContent(state, metadata)));
    event("checkpoint.created", null, Json.from(Map.of("version", next, "items", done.size())));
  }

  private void session() {
    history.sessions.add(
        new Session(
            new SessionId("session-" + job),
            2 + items / CHECKPOINT_EVERY,
            SessionState.COMPLETED,
            SessionDetails.of("mapreduce", "acme/shop", Json.from(outcome()))
                .withWorktree("worktrees/" + job)
                .withProgress(new Progress(done.size(), items)),
            new SessionTiming(start, now, now)));
  }

  private void execution() {
    history.executions.add(
        new WorkflowExecution(
            workflow,
            new ExecutionId(job.value()),
            ExecutionStatus.COMPLETED,
            start,
            now,
            Json.from(outcome())));
  }

  private Map<String, Object> outcome() {
    return Map.of("done", done.size(), "failed", items - done.size(), "items", items);
  }

  private void event(String type, @Nullable String agent, Json data) {
    now = now.plusMillis(200 + random.nextInt(9_000));
    EventOrigin origin =
        new EventOrigin("%s:%d".formatted(job, version + 1), "session-" + job, agent);
    Position position = new Position(Long.toString(history.events.size() + 1L));
    history.events.add(
        new RecordedEvent(position, job, ++version, new Event(type, data, origin, now)));
  }
}
