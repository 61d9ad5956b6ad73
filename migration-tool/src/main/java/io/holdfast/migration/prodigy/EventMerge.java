package io.holdfast.migration.prodigy;

import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * The events of all directories by time, each directory in its own order. A directory is opened
 * when the time of its first event comes and closed after its last one, so that as many are open as
 * jobs ran at the same time.
 */
final class EventMerge implements AutoCloseable {

  private final PriorityQueue<EventCursor> cursors = new PriorityQueue<>(EventCursor.BY_TIME);
  private final Map<String, Long> versions = new HashMap<>();
  private final long expected;
  private long position;

  EventMerge(Events events) {
    this.expected = events.count();
    for (EventDirectory directory : events.directories()) {
      Instant first = directory.first();
      if (first != null) {
        cursors.add(new EventCursor(directory, first, events.twins(), events.keepEnvironment()));
      }
    }
  }

  /**
   * The next event; {@code null} at the end. Fails with {@link UnavailableException} if there are
   * not as many as there were.
   */
  @Nullable RecordedEvent next() {
    try {
      while (!cursors.isEmpty()) {
        EventCursor cursor = cursors.remove();
        EventMapping event = cursor.event();
        if (cursor.advance()) {
          cursors.add(cursor);
        }
        if (event != null) {
          return record(event);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (position != expected) {
      throw new UnavailableException(
          "The Prodigy store has changed while it was read: it had %d events, and has %d"
              .formatted(expected, position));
    }
    return null;
  }

  private RecordedEvent record(EventMapping event) {
    position++;
    long version = versions.merge(event.job().value(), 1L, Long::sum);
    return new RecordedEvent(
        new Position(Long.toString(position)), event.job(), version, event.event());
  }

  /** A file that is only read loses nothing when closing it fails. */
  @Override
  public void close() {
    for (EventCursor cursor : cursors) {
      try {
        cursor.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    cursors.clear();
  }
}
