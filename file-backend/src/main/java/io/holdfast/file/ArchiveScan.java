package io.holdfast.file;

import io.holdfast.event.EventArchive.Range;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a range of one archived segment. A page ends when it is full, or much was looked at. */
final class ArchiveScan implements PageSource<RecordedEvent> {

  private static final long SCANNED_MAX = 4 << 20;

  private final Range range;
  private final JobMatcher jobs;
  private final EventCursor cursor;
  private final long after;
  private final long upTo;

  ArchiveScan(ArchivedSegment segment, Range range) {
    this.range = range;
    this.jobs = new JobMatcher(range.filter().jobs());
    this.after = range.after() == null ? 0 : FileEventJournal.number(range.after());
    this.upTo = range.upTo() == null ? Long.MAX_VALUE - 1 : FileEventJournal.number(range.upTo());
    this.cursor =
        new ArchivedCursor(segment, !range.descending(), range.descending() ? upTo + 1 : after);
  }

  @Override
  public Page<RecordedEvent> next() throws IOException {
    List<RecordedEvent> items = new ArrayList<>();
    long scanned = 0;
    while (items.size() < Page.ITEMS_MAX && scanned < SCANNED_MAX) {
      RawEvent raw = isInside(cursor.position()) ? cursor.take() : null;
      if (raw == null) {
        return new Page<>(items, true);
      }
      scanned += raw.size();
      RecordedEvent event = jobs.mayMatch(raw) ? raw.decode() : null;
      if (event != null && range.filter().matches(event)) {
        items.add(event);
      }
    }
    return new Page<>(items, false);
  }

  private boolean isInside(long position) {
    return position > after && position <= upTo;
  }
}
