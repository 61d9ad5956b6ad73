package io.holdfast.file;

import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file line by line as bytes, and knows where it is. Reading needs memory for one line. */
final class LineReader implements Closeable {

  private final FileInputStream input;
  private byte[] buffer = new byte[1 << 16];
  private int filled;
  private int from;
  private int to;
  private int next;
  private long nextOffset;
  private long number;
  private boolean terminated;

  LineReader(Path file, long offset, long linesBefore) throws IOException {
    input = new FileInputStream(file.toFile());
    input.getChannel().position(offset);
    nextOffset = offset;
    number = linesBefore;
  }

  LineReader(Path file) throws IOException {
    this(file, 0, 0);
  }

  /** Moves to the next line, which may lack its line feed; false at the end of the file. */
  boolean advance() throws IOException {
    from = next;
    int scan = next;
    while (true) {
      for (; scan < filled; scan++) {
        if (buffer[scan] == '\n') {
          return found(scan, true);
        }
      }
      int moved = from;
      if (!fill()) {
        return found(filled, false) && from < to;
      }
      scan -= moved;
    }
  }

  private boolean found(int end, boolean lineFeed) {
    to = end;
    terminated = lineFeed;
    next = lineFeed ? end + 1 : end;
    nextOffset += next - from;
    number += next > from ? 1 : 0;
    return true;
  }

  /** Moves the line begun to the front and reads on behind it. */
  private boolean fill() throws IOException {
    System.arraycopy(buffer, from, buffer, 0, filled - from);
    filled -= from;
    from = 0;
    next = 0;
    if (filled == buffer.length) {
      buffer = Arrays.copyOf(buffer, Math.multiplyExact(buffer.length, 2));
    }
    int read = input.read(buffer, filled, buffer.length - filled);
    filled += Math.max(read, 0);
    return read > 0;
  }

  byte[] buffer() {
    return buffer;
  }

  int from() {
    return from;
  }

  /** The end of the line, without its line feed. */
  int to() {
    return to;
  }

  /** Where in the file the line begins. */
  long offset() {
    return nextOffset - (terminated ? 1 : 0) - (to - from);
  }

  /** Where in the file the next line begins. */
  long end() {
    return nextOffset;
  }

  /** The number of the line in the file, from 1. */
  long number() {
    return number;
  }

  boolean terminated() {
    return terminated;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
