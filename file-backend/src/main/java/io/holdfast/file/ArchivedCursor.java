package io.holdfast.file;

import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks over the events of an archived segment; holds one frame in memory. */
final class ArchivedCursor implements EventCursor {

  private final ArchivedSegment segment;
  private final boolean forward;
  private final long start;
  private List<RawEvent> events = List.of();
  private int next;
  private int frame;
  private boolean begun;

  /** Begins behind {@code start}, or, backwards, before it. */
  ArchivedCursor(ArchivedSegment segment, boolean forward, long start) {
    this.segment = segment;
    this.forward = forward;
    this.start = start;
  }

  @Override
  public long position() throws IOException {
    if (!begun && forward && segment.firstPosition() > start) {
      return segment.firstPosition();
    }
    if (!begun && !forward && segment.lastPosition() < start) {
      return segment.lastPosition();
    }
    if (load()) {
      return events.get(next).position();
    }
    return forward ? Long.MAX_VALUE : 0;
  }

  @Override
  public @Nullable RawEvent take() throws IOException {
    return load() ? events.get(next++) : null;
  }

  private boolean load() throws IOException {
    if (!begun) {
      begun = true;
      int behind = segment.frameBehind(forward ? start : start - 1);
      frame = forward ? behind : Math.min(behind, segment.frames() - 1);
    }
    while (next == events.size()) {
      if (frame < 0 || frame >= segment.frames()) {
        return false;
      }
      keep(segment.events(frame));
      frame += forward ? 1 : -1;
    }
    return true;
  }

  private void keep(List<RawEvent> read) {
    read.removeIf(event -> forward ? event.position() <= start : event.position() >= start);
    if (!forward) {
      Collections.reverse(read);
    }
    events = read;
    next = 0;
  }
}
