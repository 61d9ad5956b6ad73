package io.holdfast.migration.demo;

import io.holdfast.Json;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The events that a worker of the live run writes. */
final class Diary {

  private final String worker;

  Diary(String worker) {
    this.worker = worker;
  }

  EventBatch note(String type, String name, Object value) {
    return batch(BatchId.unique(), List.of(event(type, Map.of(name, value))));
  }

  EventBatch item(String type, ClaimedLetter item) {
    return batch(BatchId.unique(), List.of(itemEvent(type, item)));
  }

  EventBatch resumed(RunState state) {
    Map<String, Object> data =
        Map.of("checkpoint", state.checkpoint(), "progress", progress(state));
    return batch(BatchId.unique(), List.of(event(Run.RESUMED, data)));
  }

  /** Named after the checkpoint that it goes with: a repetition is the same batch. */
  EventBatch completed(RunState state, List<ClaimedLetter> items) {
    List<Event> events = new ArrayList<>();
    items.forEach(item -> events.add(itemEvent(Run.ITEM_COMPLETED, item)));
    events.add(
        event(
            "checkpoint.saved",
            Map.of("version", state.checkpoint(), "progress", progress(state))));
    return batch(new BatchId("checkpoint-" + state.checkpoint()), events);
  }

  EventBatch reduced(RunState state) {
    return batch(
        new BatchId("reduced"),
        List.of(
            event("reduce.completed", Map.of("results", state.done().size())),
            event(Run.RUN_COMPLETED, Map.of("items", state.done().size()))));
  }

  private static String progress(RunState state) {
    return state.done().size() + " of " + state.total();
  }

  private Event itemEvent(String type, ClaimedLetter item) {
    return event(type, Map.of("item", item.letter().key().item().value()));
  }

  private Event event(String type, Map<String, Object> data) {
    return Event.of(type, Json.from(data)).withAgent(worker);
  }

  private static EventBatch batch(BatchId id, List<Event> events) {
    return new EventBatch(id, List.of(new JobEvents(Run.JOB, ExpectedVersion.any(), events)));
  }
}
