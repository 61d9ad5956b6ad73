package io.holdfast.migration.prodigy;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The files of events of one directory, in the order of their names, which is that of time. */
final class EventDirectory {

  private final int index;
  private final List<EventFile> files = new ArrayList<>(1);
  private @Nullable Instant first;

  /** {@code index} tells it from others, in the order in which they were found. */
  EventDirectory(int index) {
    this.index = index;
  }

  void add(EventFile file) {
    files.add(file);
  }

  /** Remembers the time of the first event. */
  void starts(Instant time) {
    first = first == null ? time : first;
  }

  int index() {
    return index;
  }

  List<EventFile> files() {
    return files;
  }

  /** The time of the first event; {@code null} if there is none. */
  @Nullable Instant first() {
    return first;
  }
}
