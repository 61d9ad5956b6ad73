package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * One line of a file: {@code {"crc32c":"9a71bb4c","sessions":{…}}}. The checksum is over the bytes
 * of the record; everything before the record has a fixed length but for the tag.
 */
record Line(String tag, Json record) {

  private static final byte[] OPENING = ascii("{\"crc32c\":\"");
  private static final byte[] BEFORE_TAG = ascii("\",\"");
  private static final byte[] BEFORE_RECORD = ascii("\":");
  private static final byte[] CLOSING = ascii("}\n");
  private static final int SUM_AT = OPENING.length;
  private static final int TAG_AT = SUM_AT + 8 + BEFORE_TAG.length;
  private static final int SUMMED_AT = TAG_AT - 1;
  private static final int TAG_MAX = 40;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The bytes of the line, with its line feed. */
  byte[] bytes() {
    return bytes(tag, record);
  }

  /** How many bytes that are. */
  int length() {
    return TAG_AT + tag.length() + BEFORE_RECORD.length + record.sizeBytes() + CLOSING.length;
  }

  /** The bytes of a line, with its line feed. */
  static byte[] bytes(String tag, Json record) {
    byte[] name = ascii(tag);
    byte[] inner = record.utf8();
    int recordAt = TAG_AT + name.length + BEFORE_RECORD.length;
    byte[] line = new byte[recordAt + inner.length + CLOSING.length];
    put(OPENING, line, 0);
    put(BEFORE_TAG, line, SUM_AT + 8);
    put(name, line, TAG_AT);
    put(BEFORE_RECORD, line, TAG_AT + name.length);
    put(inner, line, recordAt);
    put(CLOSING, line, recordAt + inner.length);
    int sum = sum(line, SUMMED_AT, recordAt + inner.length);
    put(ascii(HexFormat.of().toHexDigits(sum)), line, SUM_AT);
    return line;
  }

  /**
   * Where the record of the line {@code [from, to)} begins; it ends one before {@code to}. The line
   * is given without its line feed.
   *
   * @return -1 if the line is damaged
   */
  static int recordStart(byte[] bytes, int from, int to) {
    if (to - from < TAG_AT + BEFORE_RECORD.length + 1 || bytes[to - 1] != '}') {
      return -1;
    }
    int quote = from + TAG_AT;
    int last = Math.min(to - 1, quote + TAG_MAX);
    while (quote < last && bytes[quote] != '"') {
      quote++;
    }
    int record = quote + BEFORE_RECORD.length;
    boolean intact =
        record < to
            && matches(OPENING, bytes, from)
            && matches(BEFORE_TAG, bytes, from + SUM_AT + 8)
            && matches(BEFORE_RECORD, bytes, quote)
            && sumAt(bytes, from + SUM_AT)
                == Integer.toUnsignedLong(sum(bytes, from + SUMMED_AT, to - 1));
    return intact ? record : -1;
  }

  /** The line {@code [from, to)}, without its line feed; {@code null} if it is damaged. */
  static @Nullable Line parse(byte[] bytes, int from, int to) {
    int record = recordStart(bytes, from, to);
    if (record < 0) {
      return null;
    }
    int tagAt = from + TAG_AT;
    int tagLength = record - BEFORE_RECORD.length - tagAt;
    return new Line(
        new String(bytes, tagAt, tagLength, StandardCharsets.US_ASCII),
        Json.ofStored(Arrays.copyOfRange(bytes, record, to - 1)));
  }

  /** Whether the intact line at {@code from} has {@code tag}. */
  static boolean hasTag(byte[] bytes, int from, String tag) {
    return matches(ascii(tag + "\":"), bytes, from + TAG_AT);
  }

  /** Whether an intact line with {@code tag} begins behind {@code from} and ends at {@code to}. */
  static boolean hides(byte[] bytes, int from, int to, String tag) {
    for (int at = from + 1; at < to - TAG_AT; at++) {
      if (bytes[at] == OPENING[0]
          && matches(OPENING, bytes, at)
          && hasTag(bytes, at, tag)
          && recordStart(bytes, at, to) >= 0) {
        return true;
      }
    }
    return false;
  }

  /** True if a line could begin at {@code at}. */
  static boolean opens(byte[] bytes, int at) {
    return matches(OPENING, bytes, at);
  }

  /** What to say of a damaged line. */
  static CorruptDataException damaged(Path file, long number) {
    return new CorruptDataException(file + " line " + number, "the checksum does not match");
  }

  private static void put(byte[] part, byte[] line, int at) {
    System.arraycopy(part, 0, line, at, part.length);
  }

  private static boolean matches(byte[] expected, byte[] bytes, int at) {
    return at + expected.length <= bytes.length
        && Arrays.equals(expected, 0, expected.length, bytes, at, at + expected.length);
  }

  private static int sum(byte[] bytes, int from, int to) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, to - from);
    return (int) crc.getValue();
  }

  private static long sumAt(byte[] bytes, int at) {
    long sum = 0;
    for (int i = at; i < at + 8; i++) {
      int digit = Character.digit((char) bytes[i], 16);
      if (digit < 0 || (bytes[i] >= 'A' && bytes[i] <= 'F')) {
        return -1;
      }
      sum = sum << 4 | digit;
    }
    return sum;
  }
}
