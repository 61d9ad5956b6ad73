package io.holdfast.file;

import io.holdfast.event.ArchivedMonth;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One file of events, by ascending position, and where in it to find them: every 64 KiB a block
 * begins whose offset, first position and first line are kept in memory.
 */
final class Segment {

  private static final int BLOCK_BYTES = 1 << 16;

  private final String name;
  private final Path file;
  private long length;
  private long lines;
  private long lastPosition;
  private int blocks;
  private volatile boolean dropped;
  private volatile @Nullable ArchivedSegment archived;
  private long[] offsets = new long[16];
  private long[] positions = new long[16];
  private long[] linesBefore = new long[16];

  Segment(String name, Path file) {
    this.name = name;
    this.file = file;
  }

  /** A stretch of whole lines. */
  record Block(long offset, long end, long linesBefore) {}

  /** Its events are gone on purpose. */
  void drop() {
    dropped = true;
  }

  boolean isDropped() {
    return dropped;
  }

  /** Its events are in an archive from now on; a reading process may not have seen all of them. */
  synchronized void archive(ArchivedSegment replacement) {
    archived = replacement;
    lines = replacement.month().events();
    lastPosition = replacement.lastPosition();
  }

  @Nullable ArchivedSegment archived() {
    return archived;
  }

  /** A segment that was archived before it was looked at. */
  static Segment of(ArchivedSegment replacement) {
    ArchivedMonth month = replacement.month();
    Segment segment = new Segment(month.month().toString(), replacement.file());
    segment.addBlock(0, replacement.firstPosition(), 0);
    segment.restore(month.bytes(), month.events(), replacement.lastPosition());
    segment.archive(replacement);
    return segment;
  }

  /** A walk over it that begins behind {@code start}, or, backwards, before it. */
  EventCursor cursor(boolean forward, long start, Damage damage) {
    return new SegmentCursor(this, forward, start, damage);
  }

  String name() {
    return name;
  }

  Path file() {
    return file;
  }

  synchronized long length() {
    return length;
  }

  synchronized long events() {
    return lines;
  }

  /** The position of the first event; meaningless while there is none. */
  synchronized long firstPosition() {
    return positions[0];
  }

  synchronized long lastPosition() {
    return lastPosition;
  }

  /** Takes note of a line of {@code bytes} that was written at {@code offset}; again if need be. */
  synchronized void add(long offset, int bytes, long position) {
    if (offset < length) {
      return;
    }
    if (blocks == 0 || length - offsets[blocks - 1] >= BLOCK_BYTES) {
      addBlock(offset, position, lines);
    }
    length = offset + bytes;
    lastPosition = position;
    lines++;
  }

  synchronized void addBlock(long offset, long position, long before) {
    if (blocks == offsets.length) {
      offsets = Arrays.copyOf(offsets, 2 * blocks);
      positions = Arrays.copyOf(positions, 2 * blocks);
      linesBefore = Arrays.copyOf(linesBefore, 2 * blocks);
    }
    offsets[blocks] = offset;
    positions[blocks] = position;
    linesBefore[blocks] = before;
    blocks++;
  }

  /** Restores what {@link IndexFile} has kept beside the blocks. */
  synchronized void restore(long knownLength, long knownLines, long knownLastPosition) {
    length = knownLength;
    lines = knownLines;
    lastPosition = knownLastPosition;
  }

  synchronized int blocks() {
    return blocks;
  }

  synchronized Block block(int index) {
    long end = index + 1 < blocks ? offsets[index + 1] : length;
    return new Block(offsets[index], end, linesBefore[index]);
  }

  synchronized long blockPosition(int index) {
    return positions[index];
  }

  /** The last block that begins at or before {@code position}; the first one if none does. */
  synchronized int blockOf(long position) {
    int found = Arrays.binarySearch(positions, 0, blocks, position);
    return Math.max(found >= 0 ? found : -found - 2, 0);
  }

  /** What is left of the block at {@code offset}; empty at the end of the segment. */
  synchronized Block rest(long offset, long before) {
    int found = Arrays.binarySearch(offsets, 0, blocks, offset);
    int index = Math.max(found >= 0 ? found : -found - 2, 0);
    return new Block(offset, Math.max(offset, blocks == 0 ? 0 : block(index).end()), before);
  }
}
