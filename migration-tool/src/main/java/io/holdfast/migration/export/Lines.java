package io.holdfast.migration.export;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import org.jspecify.annotations.Nullable;

/** The lines of a file, one after the other, hashed as they are read. */
final class Lines implements Closeable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final InputStream input;
  private final MessageDigest sha256 = Hashes.sha256();
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;
  private long number;

  Lines(InputStream input) {
    this.input = input;
  }

  /** How many lines were asked for so far. */
  long number() {
    return number;
  }

  /** The hash of all that was read; to be asked for once, at the end. */
  String sha256() {
    return Hashes.hex(sha256);
  }

  /** The next line without its line feed; {@code null} at the end. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    if (!fill()) {
      return null;
    }
    number++;
    while (true) {
      int feed = at;
      while (feed < end && buffer[feed] != '\n') {
        feed++;
      }
      line.write(buffer, at, feed - at);
      at = feed;
      if (at < end) {
        at++;
        return line.toByteArray();
      }
      if (line.size() > Json.CANONICAL_BYTES_MAX) {
        throw new CorruptDataException("Line", "longer than any record");
      }
      if (!fill()) {
        throw new CorruptDataException("Line", "cut off");
      }
    }
  }

  private boolean fill() throws IOException {
    if (at == end) {
      at = 0;
      end = Math.max(0, input.read(buffer, 0, buffer.length));
      sha256.update(buffer, 0, end);
    }
    return end > 0;
  }

  @Override
  public void close() throws IOException {
    input.close();
  }
}
