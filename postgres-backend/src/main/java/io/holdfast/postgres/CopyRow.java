package io.holdfast.postgres;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of PostgreSQL's binary COPY format, field by field. Binary, because then no value needs
 * escaping, and the server parses neither numbers nor times. Into a plain array: a buffer of
 * Netty's looks at each write whether it is still alive, which took half the time of encoding.
 */
final class CopyRow {

  private static final byte[] SIGNATURE = {
    'P', 'G', 'C', 'O', 'P', 'Y', '\n', (byte) 0xff, '\r', '\n', 0
  };

  /** Enough to be worth a message, little enough to stay in the cache. */
  private static final int BUFFER_BYTES = 64 * 1024;

  private static final int SLACK = 4 * 1024;

  /** Times are microseconds from here. */
  private static final long EPOCH_SECOND = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

  private static final byte JSONB_VERSION = 1;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORTS =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);

  private byte[] out = new byte[BUFFER_BYTES + SLACK];
  private int size;

  /** True while it is worth adding another row before it is sent. */
  boolean hasRoom() {
    return size < BUFFER_BYTES;
  }

  /**
   * All that was written. On the heap and nobody's to release: a buffer that a dying connection
   * drops costs nothing.
   */
  ByteBuf toBuffer() {
    return Unpooled.wrappedBuffer(out, 0, size);
  }

  void header() {
    raw(SIGNATURE);
    number(0, Integer.BYTES);
    number(0, Integer.BYTES);
  }

  void start(int fields) {
    number(fields, Short.BYTES);
  }

  void trailer() {
    number(-1, Short.BYTES);
  }

  void number(long value) {
    number(Long.BYTES, Integer.BYTES);
    number(value, Long.BYTES);
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
    number(utf8.length, Integer.BYTES);
    raw(utf8);
  }

  void text(@Nullable String value) {
    if (value == null) {
      number(-1, Integer.BYTES);
    } else {
      bytes(value.getBytes(StandardCharsets.UTF_8));
    }
  }

  void jsonb(byte[] utf8) {
    number(utf8.length + 1, Integer.BYTES);
    number(JSONB_VERSION, Byte.BYTES);
    raw(utf8);
  }

  private void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, out, size, bytes.length);
    size += bytes.length;
  }

  private void number(long value, int width) {
    reserve(width);
    switch (width) {
      case Long.BYTES -> LONGS.set(out, size, value);
      case Integer.BYTES -> INTS.set(out, size, (int) value);
      case Short.BYTES -> SHORTS.set(out, size, (short) value);
      default -> out[size] = (byte) value;
    }
    size += width;
  }

  private void reserve(int more) {
    if (out.length - size < more) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, Math.addExact(size, more)));
    }
  }
}
