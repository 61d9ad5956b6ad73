package io.holdfast.postgres;

import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Puts together what a group of appends has done with its positions, in their order. */
final class OwnRuns {

  private final List<OwnRun> runs = new ArrayList<>();
  private final Numbers positions;
  private final Instant now;
  private List<RecordedEvent> events = new ArrayList<>();
  private long first;
  private int next;

  /**
   * @param positions all that were drawn, ascending
   * @param now the time of events that have none of their own
   */
  OwnRuns(Numbers positions, Instant now) {
    this.positions = positions;
    this.now = now;
  }

  /** The next positions have the events of {@code batch}, behind these versions of its jobs. */
  void add(EventBatch batch, Numbers before) {
    for (int part = 0; part < before.size(); part++) {
      JobEvents whole = batch.parts().get(part);
      long version = before.get(part);
      for (Event event : whole.events()) {
        long position = draw();
        events.add(
            new RecordedEvent(
                Positions.of(position),
                whole.job(),
                ++version,
                event.createdAt() == null ? event.at(now) : event));
      }
    }
  }

  /** The next {@code count} positions stay empty. */
  void skip(int count) {
    for (int i = 0; i < count; i++) {
      var unused = draw();
    }
  }

  private long draw() {
    long position = positions.get(next);
    if (next == 0) {
      first = position;
    } else if (position != positions.get(next - 1) + 1) {
      closeRun();
      first = position;
    }
    next++;
    return position;
  }

  private void closeRun() {
    runs.add(new OwnRun(first, positions.get(next - 1), events));
    events = new ArrayList<>();
  }

  /** All of them; to be called once. */
  List<OwnRun> list() {
    if (next > 0) {
      closeRun();
    }
    return runs;
  }
}
