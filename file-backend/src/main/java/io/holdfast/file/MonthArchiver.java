package io.holdfast.file;

import io.holdfast.event.EventDigest;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Moves the live segment of a month into the archive in two steps: a copy, which may be made beside
 * the writer, and the replacement, which is made by the writer and only if the copy is still whole.
 * Blocks.
 */
final class MonthArchiver {

  private final State state;
  private final YearMonth month;
  private @Nullable Segment from;
  private @Nullable ArchivedSegment copy;

  MonthArchiver(State state, YearMonth month) {
    this.state = state;
    this.month = month;
  }

  /** Copies what is there, reads it back and compares both; true also if there is nothing. */
  boolean copy() throws IOException {
    Segment segment = state.segments().find(month.toString());
    if (segment == null || segment.events() == 0) {
      return true;
    }
    long last = segment.lastPosition();
    try (ArchiveWriter writer = new ArchiveWriter(GoneMonths.archive(state.root()).path(), month)) {
      forEach(new SegmentCursor(segment, true, 0), last, writer::add);
      copy = writer.finish();
    }
    from = segment;
    require(new ArchivedCursor(copy, true, 0), copy);
    require(new SegmentCursor(segment, true, 0), copy);
    return true;
  }

  private static void require(EventCursor events, ArchivedSegment written) throws IOException {
    EventDigest digest = new EventDigest();
    forEach(events, written.lastPosition(), digest::add);
    digest.require(written.file().toString(), written.month());
  }

  /** Puts the copy in the segment's place; false if that has grown, or is another one. */
  boolean replace() throws IOException {
    Segment segment = state.segments().find(month.toString());
    if (segment == null || segment.events() == 0) {
      if (segment != null) {
        state.segments().delete(segment.name());
      }
      return true;
    }
    ArchivedSegment written = copy;
    boolean isWhole =
        written != null && segment.equals(from) && written.lastPosition() == segment.lastPosition();
    if (written == null || !isWhole) {
      if (written != null) {
        GoneMonths.archive(state.root()).delete(written.month());
      }
      return false;
    }
    GoneMonths gone = GoneMonths.read(state.root());
    gone.leave(segment, written);
    gone.write(state);
    state.segments().replace(segment, written);
    return true;
  }

  private static void forEach(EventCursor cursor, long last, Taker taker) throws IOException {
    while (cursor.position() <= last) {
      RawEvent raw = cursor.take();
      if (raw == null) {
        throw new IOException("A month was dropped while it was being archived");
      }
      taker.take(raw.decode());
    }
  }

  /** Does something with an event. */
  private interface Taker {
    void take(RecordedEvent event) throws IOException;
  }
}
