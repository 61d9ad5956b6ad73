package io.holdfast.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * Rows of PostgreSQL's binary COPY format, field by field. Binary, because then no value needs
 * escaping, and the server parses neither numbers nor times.
 */
final class CopyRow {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  /** Times are microseconds from here. */
  private static final long EPOCH_SECOND = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

  private static final byte JSONB_VERSION = 1;

  private final ByteBuf out;

  CopyRow(ByteBuf out) {
    this.out = out;
  }

  void header() {
    out.writeBytes(SIGNATURE).writeInt(0).writeInt(0);
  }

  void start(int fields) {
    out.writeShort(fields);
  }

  void trailer() {
    out.writeShort(-1);
  }

  void number(long value) {
    out.writeInt(Long.BYTES).writeLong(value);
  }

  void time(Instant value) {
    number(micros(value));
  }

  /** A time as PostgreSQL counts it. */
  static long micros(Instant value) {
    return (value.getEpochSecond() - EPOCH_SECOND) * 1_000_000 + value.getNano() / 1_000;
  }

  static Instant time(long micros) {
    return Instant.ofEpochSecond(EPOCH_SECOND).plus(micros, ChronoUnit.MICROS);
  }

  void bytes(byte[] utf8) {
    out.writeInt(utf8.length).writeBytes(utf8);
  }

  void text(@Nullable String value) {
    if (value == null) {
      out.writeInt(-1);
      return;
    }
    int lengthAt = out.writerIndex();
    out.writeInt(0);
    int length = ByteBufUtil.writeUtf8(out, value);
    out.setInt(lengthAt, length);
  }

  void jsonb(byte[] utf8) {
    out.writeInt(utf8.length + 1).writeByte(JSONB_VERSION).writeBytes(utf8);
  }
}
