package io.holdfast.contract;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.WorkflowDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Ready-made values. */
final class Samples {

  static final JobId JOB = new JobId("job-1");
  static final SessionId SESSION = new SessionId("session-1");
  static final WorkflowId WORKFLOW = new WorkflowId("workflow-1");
  static final LockName LOCK = new LockName("lock-1");
  static final DeadLetterKey LETTER = letterKey("job-1", "item-1");
  static final List<SessionState> STATES = List.of(SessionState.values());
  static final Instant LONG_AGO = Instant.parse("2024-03-31T23:59:59.999999Z");
  static final Duration SHORT = Duration.ofMillis(150);
  static final Duration LONG = Duration.ofHours(1);

  /** Long enough for a wrong event to turn up. */
  static final Duration QUIET = Duration.ofMillis(400);

  private Samples() {}

  static Json json(int n) {
    return Json.of("{\"n\":" + n + "}");
  }

  static int number(Json json) {
    return json.tree().get("n").intValue();
  }

  static Event event(int n) {
    return Event.of("step", json(n));
  }

  /** Events numbered from 1. */
  static List<Event> events(int count) {
    return IntStream.rangeClosed(1, count).mapToObj(Samples::event).toList();
  }

  static JobId job(int n) {
    return new JobId("job-" + n);
  }

  static EventBatch batch(JobEvents... parts) {
    return new EventBatch(BatchId.unique(), Arrays.asList(parts));
  }

  static JobEvents any(JobId job, Event... events) {
    return new JobEvents(job, ExpectedVersion.any(), Arrays.asList(events));
  }

  static SessionDetails details(int n) {
    return SessionDetails.of("build", "repository-1", json(n));
  }

  static CheckpointContent content(int n) {
    return new CheckpointContent(json(n), Json.of("{\"step\":\"" + n + "\"}"));
  }

  static DeadLetterKey letterKey(String job, String item) {
    return new DeadLetterKey(new JobId(job), new ItemId(item));
  }

  static Failure failure(int attempt) {
    return new Failure(
        attempt, LONG_AGO.plusSeconds(attempt), "Timeout", "no answer", json(attempt));
  }

  static WorkflowDetails definition(String name) {
    return WorkflowDetails.of(name, Json.of("{\"steps\":[\"build\",\"test\"]}"));
  }

  static LockRequest wish(String owner, Duration lease) {
    return new LockRequest(LOCK, owner, lease);
  }
}
