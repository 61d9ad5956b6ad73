package io.holdfast.postgres;

import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What this process has committed itself, and its head reader has not come to yet. A position is
 * given out once, so where all that follow the reader's place are here, nothing can be missing
 * between them, and the database need not be asked. Guarded by its owner.
 */
final class OwnEvents {

  private final TreeMap<Long, OwnRun> runs = new TreeMap<>();
  private long bytes;

  void add(List<OwnRun> more) {
    for (OwnRun run : more) {
      OwnRun replaced = runs.put(run.first(), run);
      bytes += run.bytes() - (replaced == null ? 0 : replaced.bytes());
    }
  }

  /** About how much memory it takes. */
  long bytes() {
    return bytes;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  void clear() {
    runs.clear();
    bytes = 0;
  }

  /** Takes out what follows {@code end} without a gap, if there is any; forgets what is before. */
  @Nullable OwnRun takeBehind(long end) {
    List<RecordedEvent> events = new ArrayList<>();
    long last = end;
    Map.Entry<Long, OwnRun> first = runs.firstEntry();
    while (first != null && first.getKey() <= last + 1) {
      OwnRun run = first.getValue();
      runs.remove(first.getKey());
      bytes -= run.bytes();
      events.addAll(run.last() > last ? run.eventsBehind(last) : List.of());
      last = Math.max(last, run.last());
      first = runs.firstEntry();
    }
    return last == end ? null : new OwnRun(end + 1, last, events);
  }
}
