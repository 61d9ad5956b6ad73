package io.holdfast.postgres;

import io.holdfast.event.RecordedEvent;
import java.util.List;

/**
 * Positions that follow each other and that this process has drawn, with what it has committed
 * there: nothing else will ever be at one of them.
 */
record OwnRun(long first, long last, List<RecordedEvent> events) {

  /** About how much memory it takes. */
  long bytes() {
    return HeadPage.bytes(events);
  }

  List<RecordedEvent> eventsBehind(long position) {
    return HeadPage.behind(position, events);
  }
}
