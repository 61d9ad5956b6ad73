package io.holdfast.migration.crash;

import io.holdfast.Json;
import io.holdfast.event.Event;
import java.util.List;
import java.util.Map;

/** The events that a process writes. */
final class Diary {

  private final String process;

  Diary(String process) {
    this.process = process;
  }

  /** What an attempt looks like: two events, which are written together. */
  List<Event> attempt(Attempt attempt) {
    int item = attempt.item().number();
    int number = attempt.number();
    Event started = event(Item.STARTED, Map.of("item", item, "attempt", number));
    Event ended =
        attempt.succeeds()
            ? event(
                Item.COMPLETED,
                Map.of("item", item, "attempt", number, "result", attempt.item().result()))
            : event(Item.FAILED, Map.of("item", item, "attempt", number));
    return List.of(started, ended);
  }

  List<Event> started(Run run) {
    return List.of(event(Run.STARTED, Map.of("items", run.size())));
  }

  List<Event> resumed(RunState state) {
    return List.of(event(Run.RESUMED, Map.of("checkpoint", state.checkpoint())));
  }

  List<Event> reduced(Tally tally) {
    return List.of(
        event(Run.REDUCED, Map.of("sum", tally.sum())),
        event(Run.COMPLETED, Map.of("results", tally.results().size())));
  }

  private Event event(String type, Map<String, ?> data) {
    return Event.of(type, Json.from(data)).withAgent(process);
  }
}
