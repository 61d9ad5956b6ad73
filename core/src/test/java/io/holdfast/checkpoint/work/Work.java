package io.holdfast.checkpoint.work;

import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Ready-made work. */
final class Work {

  static final String HASH = "9f2c";
  static final List<String> PHASES = List.of("setup", "map", "reduce");
  static final Json RESULT = Json.of("{\"ok\":true}");
  static final WorkflowId WORKFLOW = new WorkflowId("nightly-7");

  private Work() {}

  static ItemId id(String value) {
    return new ItemId(value);
  }

  static Map<ItemId, Json> data(String... ids) {
    Map<ItemId, Json> data = new LinkedHashMap<>();
    for (String id : ids) {
      data.put(id(id), Json.from(Map.of("file", id)));
    }
    return data;
  }

  static Failure failure(int attempt) {
    return new Failure(
        attempt, Instant.parse("2026-10-01T08:03:00Z"), "Timeout", "no answer", Json.EMPTY);
  }

  static WorkState begun() {
    return WorkState.begin(HASH, PHASES);
  }

  static WorkState done(WorkState state, String... ids) {
    WorkState next = state;
    for (String id : ids) {
      next = next.start(id(id)).complete(id(id), RESULT);
    }
    return next;
  }

  static WorkState failed(WorkState state, String id) {
    return state.start(id(id)).fail(id(id), failure(1));
  }

  /** In phase map: c is pending, d in progress, a completed, b failed; sum is to come. */
  static WorkState midway() {
    WorkState map =
        done(begun().add("setup", data("make")), "make")
            .nextPhase()
            .add("map", data("c", "d", "a", "b"))
            .add("reduce", data("sum"));
    return failed(done(map, "a"), "b").start(id("d")).withContext(Json.of("{\"user\":\"ada\"}"));
  }

  static Checkpoint saved(WorkState state) {
    return saved(state.encode());
  }

  static Checkpoint saved(Json state) {
    return new Checkpoint(
        WORKFLOW, 3, Instant.parse("2026-10-01T08:05:00Z"), CheckpointContent.of(state));
  }

  static List<String> ids(List<WorkItem> items) {
    return items.stream().map(item -> item.id().value()).toList();
  }
}
