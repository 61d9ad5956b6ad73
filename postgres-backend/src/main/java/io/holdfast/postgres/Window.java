package io.holdfast.postgres;

import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The newest events: pages that follow each other without a gap, of at most so many bytes. Whoever
 * stands inside reads on from here; whoever stands before it has to ask the database. Guarded by
 * its owner.
 */
final class Window {

  private final long bytesMax;
  private final TreeMap<Long, HeadPage> pages = new TreeMap<>();
  private long base;
  private long end;
  private long bytes;

  Window(long bytesMax) {
    this.bytesMax = bytesMax;
  }

  /** Up to where it reaches. */
  long end() {
    return end;
  }

  /** True if every event behind {@code position}, up to {@link #end()}, is here. */
  boolean covers(long position) {
    return position >= base;
  }

  /** Forgets everything, and goes on behind {@code position}. */
  void restart(long position) {
    pages.clear();
    bytes = 0;
    base = position;
    end = position;
  }

  /** Forgets everything, and stays where it is. */
  void clear() {
    restart(end);
  }

  /** Adds all events between the end so far and a new one. The newest page always stays. */
  void add(List<RecordedEvent> events, long newEnd) {
    end = newEnd;
    if (events.isEmpty()) {
      return;
    }
    HeadPage page =
        new HeadPage(pages.isEmpty() ? base : pages.lastEntry().getValue().end(), newEnd, events);
    pages.put(page.after(), page);
    bytes += page.bytes();
    while (bytes > bytesMax && pages.size() > 1) {
      HeadPage oldest = pages.pollFirstEntry().getValue();
      bytes -= oldest.bytes();
      base = oldest.end();
    }
  }

  /** The first pages that hold events behind {@code position}, which it has to cover. */
  List<HeadPage> behind(long position, int most) {
    Map.Entry<Long, HeadPage> first = pages.floorEntry(position);
    List<HeadPage> found = new ArrayList<>();
    if (first == null) {
      return found;
    }
    for (HeadPage page : pages.tailMap(first.getKey(), true).values()) {
      if (page.end() > position) {
        found.add(page);
      }
      if (found.size() == most) {
        break;
      }
    }
    return found;
  }
}
