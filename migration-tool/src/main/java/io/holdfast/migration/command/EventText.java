package io.holdfast.migration.command;

import io.holdfast.StorageTime;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Terminal;
import java.nio.charset.StandardCharsets;

/** Events as lines. */
final class EventText {

  private static final int DATA_CHARS_MAX = 100;

  private EventText() {}

  /** One line for people; long data is cut. */
  static String columns(RecordedEvent event) {
    String data = event.data().toString().strip();
    String shown = data.length() <= DATA_CHARS_MAX ? data : data.substring(0, DATA_CHARS_MAX) + "…";
    return Terminal.printable(
        "%10s  %s  %-24s %5d  %-20s %s"
            .formatted(
                event.position(),
                StorageTime.format(event.createdAt()),
                event.job(),
                event.version(),
                event.type(),
                shown));
  }

  /** One line for programs: the canonical form of the whole record. */
  static String json(RecordedEvent event) {
    return new String(RecordedEvent.KIND.canonical(event), StandardCharsets.UTF_8);
  }
}
