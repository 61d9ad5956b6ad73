package io.holdfast.benchmarks;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.WorkflowDetails;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Many sessions, and operations on them; a session is changed by one caller only. */
final class SampleDocuments {

  /** Of a session's data. */
  static final int TEXT = 380;

  /** Of a checkpoint's state. */
  static final int STATE = 2_000;

  private static final int BATCH = 2_000;
  private static final int LOADERS = 2;
  private static final Duration PATIENCE = Duration.ofMinutes(20);
  private static final Instant TIME = Instant.parse("2026-11-26T00:00:00Z");

  private final UnifiedStorage storage;
  private final int sessions;
  private final AtomicIntegerArray versions;
  private final AtomicLongArray checkpoints;
  private final AtomicInteger made = new AtomicInteger();

  SampleDocuments(UnifiedStorage storage, int sessions, int callersMax) {
    this.storage = storage;
    this.sessions = sessions;
    this.versions = new AtomicIntegerArray(sessions);
    this.checkpoints = new AtomicLongArray(callersMax);
  }

  void load() {
    Flux.range(0, sessions / BATCH)
        .flatMap(
            batch ->
                storage
                    .transfer(Session.KIND)
                    .load(
                        IntStream.range(batch * BATCH, (batch + 1) * BATCH)
                            .mapToObj(n -> session(n, 1))
                            .toList()),
            LOADERS)
        .thenMany(Flux.range(0, checkpoints.length()))
        .concatMap(
            caller ->
                storage.workflows().create(workflow(caller), WorkflowDetails.of("w", data(0))))
        .then()
        .block(PATIENCE);
  }

  private static Session session(int n, int version) {
    return new Session(
        new SessionId(id(n)),
        version,
        SessionState.RUNNING,
        SessionDetails.of("mapreduce", "repository-" + n % 1_000, data(n)),
        new SessionTiming(TIME, TIME, null));
  }

  static String id(int n) {
    return String.format(Locale.ROOT, "session-%08d", n);
  }

  static Json data(int n) {
    return text(n, TEXT);
  }

  static Json text(int n, int characters) {
    return Json.of("{\"n\":" + n + ",\"text\":\"" + "x".repeat(characters) + "\"}");
  }

  Mono<?> get(int n) {
    return storage.sessions().get(new SessionId(id(n)));
  }

  Mono<?> update(int n) {
    return storage.sessions().update(next(n));
  }

  private Session next(int n) {
    return session(n, versions.incrementAndGet(n));
  }

  private static WorkflowId workflow(int caller) {
    return new WorkflowId("workflow-" + caller);
  }

  Mono<?> save(int caller) {
    long before = checkpoints.getAndIncrement(caller);
    return storage.checkpoints().append(workflow(caller), before, state(before));
  }

  private static CheckpointContent state(long n) {
    return CheckpointContent.of(text((int) n, STATE));
  }

  Mono<?> latest(int caller) {
    return storage.checkpoints().findLatest(workflow(caller)).single();
  }

  /** Another execution of the workflow of {@code caller}. */
  Mono<?> start(int caller) {
    ExecutionId id = new ExecutionId(String.format(Locale.ROOT, "%010d", made.incrementAndGet()));
    return storage.workflows().start(workflow(caller), id, Json.EMPTY);
  }

  /** A checkpoint, an event, a session's progress and a dead letter in one transaction. */
  Mono<?> completeStep(int caller, int n, boolean together) {
    long before = checkpoints.getAndIncrement(caller);
    JobId job = new JobId("job-" + caller);
    DeadLetterKey letter = new DeadLetterKey(job, new ItemId("item-" + made.incrementAndGet()));
    Failure failure = new Failure(1, TIME, "Timeout", "no answer", Json.EMPTY);
    return storage.inTransaction(
        tx -> {
          List<Mono<?>> writes =
              List.of(
                  tx.checkpoints().append(workflow(caller), before, state(before)),
                  tx.events()
                      .append(job, ExpectedVersion.any(), List.of(Event.of("step_done", data(n)))),
                  tx.sessions().update(next(n)),
                  tx.deadLetters().add(letter, data(n), failure));
          return together ? Mono.when(writes) : Flux.concat(writes).then();
        });
  }
}
