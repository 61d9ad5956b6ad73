package io.holdfast.migration.demo;

import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import io.holdfast.migration.copy.Batches;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What an orchestrator of coding agents leaves behind in four months of map-reduce runs. Made from
 * a fixed seed: the same records every time.
 */
final class DemoHistory {

  /** The run whose dead letters are still waiting to be worked on. */
  static final int LAST_RUN = 119;

  private static final long SEED = 20_260_630;
  private static final Instant BEGINNING = Instant.parse("2026-03-01T02:00:00Z");
  private static final Duration BETWEEN_RUNS = Duration.ofHours(24);
  private static final Batches BATCHES = new Batches(2_000, Batches.BYTES_DEFAULT);
  private static final List<String> NAMES =
      List.of("code-review", "dependency-update", "docs-refresh", "flaky-tests", "license-audit");

  final List<Workflow> workflows = new ArrayList<>();
  final List<WorkflowExecution> executions = new ArrayList<>();
  final List<Session> sessions = new ArrayList<>();
  final List<Checkpoint> checkpoints = new ArrayList<>();
  final List<DeadLetter> deadLetters = new ArrayList<>();
  final List<LockState> locks = new ArrayList<>();
  final List<RecordedEvent> events = new ArrayList<>();

  DemoHistory() {
    Random random = new Random(SEED);
    for (int i = 0; i <= LAST_RUN; i++) {
      Instant start =
          BEGINNING.plus(BETWEEN_RUNS.multipliedBy(i)).plusSeconds(random.nextInt(7_200));
      new PastRun(this, random, i, start).write();
    }
    NAMES.forEach(this::addWorkflow);
  }

  /** The workflow that run {@code number} follows. */
  static WorkflowId workflow(int number) {
    return new WorkflowId(NAMES.get(number % NAMES.size()));
  }

  /** Writes all of it to {@code storage}. */
  Mono<Void> writeTo(UnifiedStorage storage) {
    return write(storage, Workflow.KIND, workflows)
        .then(write(storage, WorkflowExecution.KIND, executions))
        .then(write(storage, Session.KIND, sessions))
        .then(write(storage, Checkpoint.KIND, checkpoints))
        .then(write(storage, DeadLetter.KIND, deadLetters))
        .then(write(storage, LockState.KIND, locks))
        .then(write(storage, RecordedEvent.KIND, events));
  }

  /** In figures. */
  String describe() {
    return String.format(
        Locale.ROOT,
        "%,d events of %d runs in four months, %d checkpoints, %d dead letters, %d sessions",
        events.size(),
        executions.size(),
        checkpoints.size(),
        deadLetters.size(),
        sessions.size());
  }

  private static <R> Mono<Void> write(UnifiedStorage storage, RecordKind<R> kind, List<R> records) {
    RecordTransfer<R> transfer = storage.transfer(kind);
    Flux<R> inOrder = Flux.fromStream(() -> records.stream().sorted(kind.order()));
    return BATCHES.of(kind, inOrder).concatMap(transfer::load).then();
  }

  private void addWorkflow(String name) {
    WorkflowId id = new WorkflowId(name);
    List<WorkflowExecution> runs =
        executions.stream().filter(run -> run.workflow().equals(id)).toList();
    Instant lastStart = runs.get(runs.size() - 1).startedAt();
    Json content =
        Json.from(
            Map.of(
                "map",
                "agent --task " + name + " {item}",
                "reduce",
                "merge-results",
                "parallel",
                8));
    workflows.add(
        new Workflow(
            id,
            3,
            new WorkflowDetails(
                name, "ada", "Nightly " + name, Set.of("nightly", "mapreduce"), content),
            BEGINNING,
            BEGINNING.plus(Duration.ofDays(9))));
    locks.add(
        new LockState(
            new LockName("workflow/" + name), runs.size(), null, lastStart.plusSeconds(3_600)));
  }
}
