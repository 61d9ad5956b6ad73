package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.event.RecordedEvent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * An event as it stands in its file: the record is at {@code [from, to)}, and known to be intact.
 */
final class RawEvent {

  private static final byte[] OPENING = "{\"position\":\"".getBytes(StandardCharsets.US_ASCII);

  private final byte[] bytes;
  private final int from;
  private final int to;
  private final long position;
  private final Path file;
  private final long line;

  private RawEvent(byte[] bytes, int from, int to, long position, Path file, long line) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
    this.position = position;
    this.file = file;
    this.line = line;
  }

  /** Finds the position in the line {@code [from, to)}, whose line feed is not part of it. */
  static RawEvent of(byte[] bytes, int from, int to, Path file, long line) {
    int record = Line.recordStart(bytes, from, to);
    if (record < 0) {
      throw Line.damaged(file, line);
    }
    int at = record + OPENING.length;
    if (!startsWith(bytes, record, OPENING)) {
      throw new CorruptDataException(file + " line " + line, "not an event");
    }
    long position = 0;
    while (bytes[at] >= '0' && bytes[at] <= '9') {
      position = 10 * position + bytes[at] - '0';
      at++;
    }
    return new RawEvent(bytes, record, to - 1, position, file, line);
  }

  /** Whether {@code part} stands right behind the position. */
  boolean continuesWith(byte[] part) {
    int at = from + OPENING.length;
    while (bytes[at] != '"') {
      at++;
    }
    return startsWith(bytes, at + 2, part);
  }

  long position() {
    return position;
  }

  int size() {
    return to - from;
  }

  RecordedEvent decode() {
    try {
      return RecordedEvent.KIND.decode(Json.ofStored(Arrays.copyOfRange(bytes, from, to)));
    } catch (RuntimeException e) {
      throw new CorruptDataException(file + " line " + line, String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean startsWith(byte[] bytes, int at, byte[] part) {
    return at + part.length <= bytes.length
        && Arrays.equals(bytes, at, at + part.length, part, 0, part.length);
  }
}
