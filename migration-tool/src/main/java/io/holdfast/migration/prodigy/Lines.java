package io.holdfast.migration.prodigy;

import io.holdfast.Json;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** The lines of a file, one after the other, each with its place. */
final class Lines implements Closeable {

  private static final int BUFFER_BYTES = 8 << 10;

  private final InputStream input;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private long number;
  private long offset;
  private long start;

  Lines(InputStream input) {
    this.input = input;
  }

  /** A line without its line feed. */
  static final class Line {

    private final long number;
    private final long offset;
    private final byte[] bytes;
    private final boolean tooLong;

    private Line(long number, long offset, byte[] bytes, boolean tooLong) {
      this.number = number;
      this.offset = offset;
      this.bytes = bytes;
      this.tooLong = tooLong;
    }

    /** From 1. */
    long number() {
      return number;
    }

    /** Of its first byte. */
    long offset() {
      return offset;
    }

    /** What stands in it; nothing if it is too long. */
    byte[] bytes() {
      return bytes;
    }

    /** True if no record may be so long. */
    boolean tooLong() {
      return tooLong;
    }

    boolean isBlank() {
      for (byte b : bytes) {
        if (b != ' ' && b != '\t' && b != '\r') {
          return false;
        }
      }
      return !tooLong;
    }
  }

  /** The next line; {@code null} at the end. */
  @Nullable Line next() throws IOException {
    start = offset;
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    boolean tooLong = false;
    boolean ended = false;
    while (!ended && fill()) {
      int feed = lineFeed();
      ended = feed < end;
      tooLong |= (long) line.size() + feed - at > Json.BYTES_MAX;
      if (tooLong) {
        line.reset();
      } else {
        line.write(buffer, at, feed - at);
      }
      offset += feed - at + (ended ? 1 : 0);
      at = feed + (ended ? 1 : 0);
    }
    if (offset == start) {
      return null;
    }
    number++;
    return new Line(number, start, line.toByteArray(), tooLong);
  }

  /** The line in which reading failed. */
  Line failed() {
    return new Line(number + 1, start, new byte[0], false);
  }

  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, input.read(buffer, 0, buffer.length));
    }
    return end > 0;
  }

  private int lineFeed() {
    int feed = at;
    while (feed < end && buffer[feed] != '\n') {
      feed++;
    }
    return feed;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
