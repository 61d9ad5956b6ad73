package io.holdfast.file;

import io.holdfast.CorruptDataException;
import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Walks over the events of one segment, either way; holds one block in memory and no open file.
 * When the segment is archived meanwhile, goes on there; when it is dropped, has come to its end.
 */
final class SegmentCursor implements EventCursor {

  private final Segment segment;
  private final boolean forward;
  private final long start;
  private final Damage damage;
  private List<RawEvent> events = List.of();
  private int next;
  private boolean begun;
  private long offset;
  private long linesBefore;
  private long linesRead;
  private int block;
  private long reached;
  private @Nullable EventCursor archived;

  /** Begins behind {@code start}, or, backwards, before it. */
  SegmentCursor(Segment segment, boolean forward, long start) {
    this(segment, forward, start, Damage.FAILS);
  }

  SegmentCursor(Segment segment, boolean forward, long start, Damage damage) {
    this.damage = damage;
    this.segment = segment;
    this.forward = forward;
    this.start = start;
    this.reached = start;
  }

  /**
   * The position of the next event; without reading it if it is one of the ends of the segment.
   * Forwards it is {@link Long#MAX_VALUE} and backwards 0 when there is none, for now.
   */
  @Override
  public long position() throws IOException {
    // One of the ends may be damaged, and then the next event is another.
    if (!damage.isPassedOver() && !begun && archived == null && !segment.isDropped()) {
      if (forward && segment.events() > 0 && segment.firstPosition() > start) {
        return segment.firstPosition();
      }
      if (!forward && segment.lastPosition() < start) {
        return segment.lastPosition();
      }
    }
    if (load()) {
      return archived == null ? events.get(next).position() : archived.position();
    }
    return forward ? Long.MAX_VALUE : 0;
  }

  /** The next event; {@code null} if the month was dropped since its position was asked for. */
  @Override
  public @Nullable RawEvent take() throws IOException {
    RawEvent event = load() ? takeLoaded() : null;
    if (event == null && !segment.isDropped()) {
      throw new IllegalStateException("Nothing left in " + segment.file());
    }
    return event;
  }

  private @Nullable RawEvent takeLoaded() throws IOException {
    RawEvent event = archived == null ? events.get(next++) : archived.take();
    reached = event == null ? reached : event.position();
    return event;
  }

  private boolean load() throws IOException {
    while (archived == null && next == events.size()) {
      ArchivedSegment elsewhere = segment.archived();
      if (segment.isDropped()) {
        return false;
      }
      if (elsewhere != null) {
        archived = new ArchivedCursor(elsewhere, forward, reached);
      } else if (!begin() || !(forward ? loadForward() : loadBackward())) {
        return false;
      }
    }
    return archived == null || hasArchived(archived);
  }

  /** The files of a month that is dropped go while somebody may be reading them. */
  private boolean hasArchived(EventCursor rest) throws IOException {
    try {
      return !segment.isDropped() && rest.position() != (forward ? Long.MAX_VALUE : 0);
    } catch (IOException | CorruptDataException e) {
      if (segment.isDropped()) {
        return false;
      }
      throw e;
    }
  }

  private boolean begin() {
    if (!begun && segment.events() > 0) {
      begun = true;
      block = segment.blockOf(start);
      offset = segment.block(block).offset();
      linesBefore = segment.block(block).linesBefore();
    }
    return begun;
  }

  private boolean loadForward() throws IOException {
    Segment.Block rest = segment.rest(offset, linesBefore);
    if (rest.offset() == rest.end()) {
      return false;
    }
    List<RawEvent> read = read(rest);
    offset = rest.end();
    linesBefore += linesRead;
    keep(read);
    return true;
  }

  private boolean loadBackward() throws IOException {
    if (block < 0) {
      return false;
    }
    List<RawEvent> read = read(segment.block(block--));
    Collections.reverse(read);
    keep(read);
    return true;
  }

  private void keep(List<RawEvent> read) {
    read.removeIf(event -> forward ? event.position() <= start : event.position() >= start);
    events = read;
    next = 0;
  }

  private List<RawEvent> read(Segment.Block from) throws IOException {
    try {
      return readBlock(from);
    } catch (IOException | CorruptDataException e) {
      if (!GoneMonths.read(root()).tell(segment)) {
        throw e;
      }
      return new ArrayList<>();
    }
  }

  /** The directory of the storage: the file is in a directory of it. */
  private Path root() {
    return segment.file().resolve("../..").normalize();
  }

  private List<RawEvent> readBlock(Segment.Block from) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(from.end() - from.offset())];
    try (RandomAccessFile input = new RandomAccessFile(segment.file().toFile(), "r")) {
      input.seek(from.offset());
      input.readFully(bytes);
    } catch (EOFException e) {
      throw Line.damaged(segment.file(), from.linesBefore() + 1);
    }
    List<RawEvent> read = new ArrayList<>();
    linesRead = 0;
    int begin = 0;
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] == '\n') {
        read(bytes, begin, i, from, read);
        begin = i + 1;
      }
    }
    if (begin < bytes.length) {
      // A block ends with a line feed.
      readParts(bytes, begin, bytes.length - 1, lineOf(from), read);
    }
    return read;
  }

  private long lineOf(Segment.Block from) {
    return from.linesBefore() + linesRead + 1;
  }

  private void read(byte[] bytes, int begin, int end, Segment.Block from, List<RawEvent> read) {
    long line = lineOf(from);
    if (Line.recordStart(bytes, begin, end) < 0) {
      readParts(bytes, begin, end, line, read);
    } else {
      read.add(RawEvent.of(bytes, begin, end, segment.file(), line));
      linesRead++;
    }
  }

  /** Where a line feed is damaged, two lines look like one. */
  private void readParts(byte[] bytes, int begin, int end, long line, List<RawEvent> read) {
    if (!damage.isPassedOver()) {
      throw Line.damaged(segment.file(), line);
    }
    boolean isDamaged = false;
    int from = begin;
    for (int at = begin + 1; at <= end; at++) {
      if (at == end || Line.opens(bytes, at)) {
        int to = at == end ? end : at - 1;
        if (Line.recordStart(bytes, from, to) < 0) {
          isDamaged = true;
        } else {
          read.add(RawEvent.of(bytes, from, to, segment.file(), line));
        }
        from = at;
      }
    }
    linesRead++;
    if (isDamaged) {
      damage.is(Line.damaged(segment.file(), line));
    }
  }
}
