package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All events behind one position and up to another, found by job as well. */
final class HeadPage {

  /** What an event takes beside its document: a dozen objects, and names of usual length. */
  private static final int EVENT_BYTES = 600;

  private static final int PAGE_BYTES = 300;

  private final long after;
  private final long end;
  private final List<RecordedEvent> events;
  private final long bytes;
  private volatile @Nullable Map<JobId, List<RecordedEvent>> byJob;

  HeadPage(long after, long end, List<RecordedEvent> events) {
    this.after = after;
    this.end = end;
    this.events = events;
    this.bytes = bytes(events);
  }

  /** Those of {@code events}, which are in order, that lie behind {@code position}. */
  static List<RecordedEvent> behind(long position, List<RecordedEvent> events) {
    return events.isEmpty() || Positions.number(events.get(0).position()) > position
        ? events
        : events.stream().filter(event -> Positions.number(event.position()) > position).toList();
  }

  static long bytes(List<RecordedEvent> events) {
    long bytes = PAGE_BYTES;
    for (RecordedEvent event : events) {
      bytes += EVENT_BYTES + event.data().sizeBytes();
    }
    return bytes;
  }

  long after() {
    return after;
  }

  long end() {
    return end;
  }

  List<RecordedEvent> events() {
    return events;
  }

  /** About how much memory it takes. */
  long bytes() {
    return bytes;
  }

  /** The events of one job; sorted out once, when somebody asks for the first time. */
  List<RecordedEvent> of(JobId job) {
    Map<JobId, List<RecordedEvent>> sorted = byJob;
    if (sorted == null) {
      sorted = new HashMap<>();
      for (RecordedEvent event : events) {
        sorted.computeIfAbsent(event.job(), id -> new ArrayList<>(2)).add(event);
      }
      byJob = sorted;
    }
    return Objects.requireNonNullElse(sorted.get(job), List.of());
  }
}
