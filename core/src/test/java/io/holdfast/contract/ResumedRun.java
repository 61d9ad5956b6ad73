package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.work.Resume;
import io.holdfast.checkpoint.work.WorkItem;
import io.holdfast.checkpoint.work.WorkState;
import io.holdfast.checkpoint.work.WorkStatus;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** A small orchestrator: it does the items of a run, from where the run was saved last. */
final class ResumedRun {

  static final String HASH = "9f2c";
  static final List<String> PHASES = List.of("map", "reduce");
  static final int ITEMS = 24;

  private final UnifiedStorage storage;
  private long version;
  private WorkState state;

  private ResumedRun(UnifiedStorage storage, Checkpoint claimed) {
    this.storage = storage;
    this.version = claimed.version();
    this.state = Resume.of(claimed, HASH).asSaved();
  }

  /** Goes on after an interruption, or begins. */
  static ResumedRun on(UnifiedStorage storage) {
    return new ResumedRun(storage, Await.value(claim(storage)));
  }

  static Mono<Checkpoint> claim(UnifiedStorage storage) {
    return claim(storage.checkpoints(), HASH, begun());
  }

  private static Mono<Checkpoint> claim(CheckpointStore checkpoints, String hash, WorkState begun) {
    // tag::resume
    return checkpoints
        .findLatest(WORKFLOW)
        .flatMap(
            saved -> {
              WorkState state = Resume.of(saved, hash).interrupted(); // in progress: pending again
              return checkpoints.append(WORKFLOW, saved.version(), state.content("resume"));
            })
        .switchIfEmpty(Mono.defer(() -> checkpoints.append(WORKFLOW, 0, begun.content("begin"))));
    // end::resume
  }

  static WorkState begun() {
    Map<ItemId, Json> data = new LinkedHashMap<>();
    for (int i = 0; i < ITEMS; i++) {
      data.put(new ItemId("item-" + i), json(i));
    }
    return WorkState.begin(HASH, PHASES)
        .add("map", data)
        .add("reduce", Map.of(new ItemId("sum"), Json.EMPTY));
  }

  WorkState state() {
    return state;
  }

  /** Every fourth item fails. */
  static boolean fails(WorkItem item) {
    return item.phase().equals("map") && number(item) % 4 == 3;
  }

  private static int number(WorkItem item) {
    return Samples.number(item.data());
  }

  private WorkItem next() {
    List<WorkItem> pending = state.items(WorkStatus.PENDING);
    assertThat(pending).isNotEmpty();
    return pending.get(0);
  }

  /** Begins with an item. */
  WorkItem start() {
    WorkItem item = next();
    state = state.start(item.id());
    return item;
  }

  /** Does an item, and tells nobody. */
  void doUnsaved() {
    ItemId item = start().id();
    state = state.complete(item, json(-1));
  }

  /** Does an item, and saves what came of it. */
  WorkItem doNext() {
    WorkItem item = start();
    if (fails(item)) {
      Failure failure = failure(item.nextAttempt());
      applied(state.fail(item.id(), failure), fail(storage, version, state, item, failure));
    } else {
      become(state.complete(item.id(), json(item.phase().equals("map") ? number(item) : 0)));
    }
    return state.item(item.id());
  }

  static Mono<Checkpoint> fail(
      UnifiedStorage storage, long version, WorkState state, WorkItem item, Failure failure) {
    // tag::fail
    WorkState next = state.fail(item.id(), failure);
    return storage.inTransaction(
        tx ->
            tx.deadLetters()
                .add(new DeadLetterKey(JOB, item.id()), item.data(), failure)
                .then(tx.checkpoints().append(WORKFLOW, version, next.content("failure"))));
    // end::fail
  }

  /** Takes a step, and saves it. */
  void become(WorkState next) {
    applied(next, storage.checkpoints().append(WORKFLOW, version, next.content("step")));
  }

  /** Takes a step that {@code save} saves. */
  void applied(WorkState next, Mono<Checkpoint> save) {
    version = Await.value(save).version();
    state = next;
  }

  /** Saves where it is. */
  void save() {
    become(state);
  }

  long version() {
    return version;
  }
}
