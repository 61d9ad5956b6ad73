package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.RecordedEvent;

/** Events as rows of the type {@code event_row}. */
final class EventRows {

  private EventRows() {}

  static RecordedEvent event(RecordBytes row) {
    EventOrigin origin = new EventOrigin(row.textOrNull(5), row.textOrNull(6), row.textOrNull(7));
    return new RecordedEvent(
        Positions.of(row.number(0)),
        new JobId(row.text(1)),
        row.number(2),
        new Event(row.text(4), row.json(8), origin, row.time(3)));
  }

  static int sizeBytes(RecordedEvent event) {
    return event.data().sizeBytes() + 200;
  }
}
