package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
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
  private final Damage damage;
  private final Map<Segment, EventCursor> cursors = new HashMap<>();
  private final PriorityQueue<Head> heads;
  private long position;
  private long bound;

  /** A cursor, and the position of its next event. */
  private record Head(long position, EventCursor cursor) {}

  /** Forwards reads {@code (start, bound]}, backwards {@code [bound, start)}. */
  EventScan(EventSegments segments, EventFilter filter, boolean forward, long start, long bound) {
    this(segments, filter, forward, start, bound, Damage.FAILS);
  }

  EventScan(
      EventSegments segments,
      EventFilter filter,
      boolean forward,
      long start,
      long bound,
      Damage damage) {
    this.damage = damage;
    this.segments = segments;
    this.filter = filter;
    this.jobs = new JobMatcher(filter.jobs());
    this.forward = forward;
    this.position = start;
    this.bound = bound;
    Comparator<Head> byPosition = Comparator.comparingLong(Head::position);
    this.heads = new PriorityQueue<>(forward ? byPosition : byPosition.reversed());
  }

  /** Forwards: there is more to be seen now. */
  void extendTo(long further) {
    bound = Math.max(bound, further);
  }

  @Override
  public Page<RecordedEvent> next() throws IOException {
    queueCursors();
    List<RecordedEvent> items = new ArrayList<>();
    long taken = 0;
    long scanned = 0;
    while (items.size() < Page.ITEMS_MAX && taken < Page.BYTES_MAX && scanned < SCANNED_MAX) {
      RawEvent raw = take();
      if (raw == null) {
        return new Page<>(items, true);
      }
      scanned += raw.size();
      RecordedEvent event = jobs.mayMatch(raw) ? decode(raw) : null;
      if (event != null && filter.matches(event)) {
        items.add(event);
        taken += raw.size();
      }
    }
    return new Page<>(items, false);
  }

  private @Nullable RecordedEvent decode(RawEvent raw) {
    try {
      return raw.decode();
    } catch (CorruptDataException e) {
      damage.is(e);
      return null;
    }
  }

  private @Nullable RawEvent take() throws IOException {
    RawEvent event = null;
    while (event == null && !heads.isEmpty()) {
      Head head = heads.remove();
      position = head.position();
      event = head.cursor().take();
      queue(head.cursor());
    }
    return event;
  }

  /** Segments may have grown, or begun, since the page before. */
  private void queueCursors() throws IOException {
    for (Segment segment : segments.all()) {
      if (!cursors.containsKey(segment) && isWanted(segment)) {
        cursors.put(segment, segment.cursor(forward, position, damage));
      }
    }
    cursors.keySet().removeIf(Segment::isDropped);
    heads.clear();
    for (EventCursor cursor : cursors.values()) {
      queue(cursor);
    }
  }

  private void queue(EventCursor cursor) throws IOException {
    long at = cursor.position();
    if (forward ? at <= bound : at >= bound && at > 0) {
      heads.add(new Head(at, cursor));
    }
  }

  private boolean isWanted(Segment segment) {
    return segment.events() > 0
        && inTime(segment.name())
        && (forward ? segment.lastPosition() > position : segment.firstPosition() < position);
  }

  private boolean inTime(String month) {
    return (filter.createdFrom() == null
            || month.compareTo(EventSegments.month(filter.createdFrom())) >= 0)
        && (filter.createdBefore() == null
            || month.compareTo(EventSegments.month(filter.createdBefore())) <= 0);
  }
}
