package io.holdfast;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;

/** UTF-8 that grows until soon after a limit. Not thread safe. */
final class Utf8Buffer {

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** By control character: the letter behind the backslash, or 0 where there is none. */
  private static final byte[] SHORT = new byte[0x20];

  static {
    SHORT['\b'] = 'b';
    SHORT['\t'] = 't';
    SHORT['\n'] = 'n';
    SHORT['\f'] = 'f';
    SHORT['\r'] = 'r';
  }

  private final int bytesMax;
  private byte[] bytes;
  private byte[] before = new byte[0];
  private int size;

  Utf8Buffer(int expected, int bytesMax) {
    this.bytes = new byte[Math.max(64, expected)];
    this.bytesMax = bytesMax;
  }

  /** Forgets what was written, to be used again; keeps no more memory than {@code kept}. */
  void clear(int kept) {
    size = 0;
    if (bytes.length > kept || before.length > kept) {
      bytes = new byte[Math.min(bytes.length, kept)];
      before = new byte[0];
    }
  }

  /** It would be longer than the limit. */
  static final class FullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    FullException() {
      super("full", null, false, false);
    }
  }

  private void ensure(int more) {
    if (size + more > bytes.length) {
      if (size > bytesMax) {
        throw new FullException();
      }
      bytes = Arrays.copyOf(bytes, Math.max(size + more, 2 * bytes.length));
    }
  }

  int size() {
    return size;
  }

  /** What was written; fails if that is more than the limit. */
  byte[] toBytes() {
    if (size > bytesMax) {
      throw new FullException();
    }
    return Arrays.copyOf(bytes, size);
  }

  /** Adds what was written to {@code digest}; fails if that is more than the limit. */
  void digestInto(MessageDigest digest) {
    if (size > bytesMax) {
      throw new FullException();
    }
    digest.update(bytes, 0, size);
  }

  /** Changes a byte that is there. */
  void set(int at, char ascii) {
    bytes[at] = (byte) ascii;
  }

  void one(char ascii) {
    ensure(1);
    bytes[size++] = (byte) ascii;
  }

  void bytes(byte[] more) {
    bytes(more, 0, more.length);
  }

  void bytes(byte[] source, int from, int to) {
    int length = to - from;
    ensure(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  /** Forgets what was written behind {@code end}. */
  void truncate(int end) {
    size = end;
  }

  /** Compares two stretches that were written before. */
  int compare(int from, int to, int otherFrom, int otherTo) {
    return Arrays.compareUnsigned(bytes, from, to, bytes, otherFrom, otherTo);
  }

  @SuppressWarnings("deprecation") // It is the quickest, and right for ASCII.
  void ascii(String text) {
    int length = text.length();
    ensure(length);
    text.getBytes(0, length, bytes, size);
    size += length;
  }

  /** A string as RFC 8785 writes it. */
  void quoted(String text) {
    int begin = size;
    one('"');
    ensure(text.length() + 1);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
        size = begin;
        quoted(text.toCharArray(), 0, text.length());
        return;
      }
      bytes[size++] = (byte) c;
    }
    one('"');
  }

  /** A string as RFC 8785 writes it. */
  void quoted(char[] text, int from, int length) {
    one('"');
    int to = from + length;
    int at = from;
    while (at < to) {
      char c = text[at];
      if (c < 0x80) {
        ascii(c);
        at++;
      } else {
        int end = at + 1;
        while (end < to && text[end] >= 0x80) {
          end++;
        }
        bytes(new String(text, at, end - at).getBytes(StandardCharsets.UTF_8));
        at = end;
      }
    }
    one('"');
  }

  private void ascii(char c) {
    ensure(6);
    if (c >= 0x20 && c != '"' && c != '\\') {
      bytes[size++] = (byte) c;
    } else if (c >= 0x20) {
      bytes[size++] = '\\';
      bytes[size++] = (byte) c;
    } else {
      control(c);
    }
  }

  private void control(char c) {
    bytes[size++] = '\\';
    if (SHORT[c] != 0) {
      bytes[size++] = SHORT[c];
      return;
    }
    bytes[size++] = 'u';
    bytes[size++] = '0';
    bytes[size++] = '0';
    bytes[size++] = HEX[c >> 4];
    bytes[size++] = HEX[c & 15];
  }

  /** Replaces all from {@code begin} on by stretches of it: pairs of where each begins and ends. */
  void rearrange(int begin, int[] stretches, int count) {
    int length = size - begin;
    if (before.length < length) {
      before = new byte[Math.max(length, bytes.length / 2)];
    }
    System.arraycopy(bytes, begin, before, 0, length);
    size = begin;
    for (int i = 0; i < 2 * count; i += 2) {
      bytes(before, stretches[i] - begin, stretches[i + 1] - begin);
    }
  }
}
