package io.holdfast.postgres;

import java.io.ByteArrayOutputStream;
import java.util.List;

/** Writes rows of texts as lines that COPY reads in its text format. */
final class CopyText {

  private static final byte[] NULL = {'\\', 'N'};

  /** What stands for a byte behind a backslash; 0 for all that stand for themselves. */
  private static final byte[] ESCAPES = new byte[128];

  static {
    ESCAPES['\b'] = 'b';
    ESCAPES['\t'] = 't';
    ESCAPES['\n'] = 'n';
    ESCAPES[0x0b] = 'v';
    ESCAPES['\f'] = 'f';
    ESCAPES['\r'] = 'r';
    ESCAPES['\\'] = '\\';
  }

  private final ByteArrayOutputStream out = new ByteArrayOutputStream(64 << 10);

  private CopyText() {}

  /** A line for each of {@code rows}, of so many columns. */
  static byte[] lines(List<RecordBytes> rows, int columns) {
    CopyText text = new CopyText();
    for (RecordBytes row : rows) {
      for (int column = 0; column < columns; column++) {
        text.value(row, column);
        text.out.write(column + 1 < columns ? '\t' : '\n');
      }
    }
    return text.out.toByteArray();
  }

  private void value(RecordBytes row, int column) {
    if (row.isNull(column)) {
      out.writeBytes(NULL);
    } else {
      row.read(column, this::escaped);
    }
  }

  /** No byte of a longer character of UTF-8 looks like one that has to be escaped. */
  private void escaped(byte[] bytes, int from, int length) {
    int written = from;
    for (int at = from; at < from + length; at++) {
      byte escape = bytes[at] < 0 ? 0 : ESCAPES[bytes[at]];
      if (escape != 0) {
        out.write(bytes, written, at - written);
        out.write('\\');
        out.write(escape);
        written = at + 1;
      }
    }
    out.write(bytes, written, from + length - written);
  }
}
