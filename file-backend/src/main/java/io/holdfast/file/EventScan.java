package io.holdfast.file;

import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads events by position over all segments, either way. A page ends when it is full, or when much
 * has been read for little. At the end of what may be seen, {@link #extendTo} lets it go on.
 */
final class EventScan implements PageSource<RecordedEvent> {

  private static final long SCANNED_MAX = 4 << 20;

  private final EventSegments segments;
  private final EventFilter filter;
  private final JobMatcher jobs;
  private final boolean forward;
  private final Map<Segment, SegmentCursor> cursors = new HashMap<>();
  private long position;
  private long bound;

  /** Forwards reads {@code (start, bound]}, backwards {@code [bound, start)}. */
  EventScan(EventSegments segments, EventFilter filter, boolean forward, long start, long bound) {
    this.segments = segments;
    this.filter = filter;
    this.jobs = new JobMatcher(filter.jobs());
    this.forward = forward;
    this.position = start;
    this.bound = bound;
  }

  /** Forwards: there is more to be seen now. */
  void extendTo(long further) {
    bound = Math.max(bound, further);
  }

  @Override
  public Page<RecordedEvent> next() throws IOException {
    openCursors();
    List<RecordedEvent> items = new ArrayList<>();
    long taken = 0;
    long scanned = 0;
    while (items.size() < Page.ITEMS_MAX && taken < Page.BYTES_MAX && scanned < SCANNED_MAX) {
      RawEvent raw = take();
      if (raw == null) {
        return new Page<>(items, true);
      }
      scanned += raw.size();
      RecordedEvent event = jobs.mayMatch(raw) ? raw.decode() : null;
      if (event != null && filter.matches(event)) {
        items.add(event);
        taken += raw.size();
      }
    }
    return new Page<>(items, false);
  }

  private @Nullable RawEvent take() throws IOException {
    SegmentCursor nearest = null;
    long best = forward ? Long.MAX_VALUE : 0;
    for (SegmentCursor cursor : cursors.values()) {
      long at = cursor.position();
      if (forward ? at < best : at > best) {
        best = at;
        nearest = cursor;
      }
    }
    if (nearest == null || (forward ? best > bound : best < bound)) {
      return null;
    }
    position = best;
    return nearest.take();
  }

  private void openCursors() {
    for (Segment segment : segments.all()) {
      boolean wanted =
          segment.events() > 0
              && inTime(segment.name())
              && (forward ? segment.lastPosition() > position : segment.firstPosition() < position);
      if (wanted && !cursors.containsKey(segment)) {
        cursors.put(segment, new SegmentCursor(segment, forward, position));
      }
    }
  }

  private boolean inTime(String month) {
    return (filter.createdFrom() == null
            || month.compareTo(EventSegments.month(filter.createdFrom())) >= 0)
        && (filter.createdBefore() == null
            || month.compareTo(EventSegments.month(filter.createdBefore())) <= 0);
  }
}
