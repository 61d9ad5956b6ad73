package io.holdfast.postgres;

import io.holdfast.Json;
import io.netty.buffer.ByteBuf;
import io.r2dbc.postgresql.client.EncodedParameter;
import io.r2dbc.postgresql.codec.Codec;
import io.r2dbc.postgresql.message.Format;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A composite value as the server sends it, read column by column. The driver looks for a codec
 * once a column, which costs more than the reading; this is one column, whatever is in it.
 */
final class RecordBytes {

  /** Where PostgreSQL's time begins, in seconds of ours. */
  private static final long EPOCH = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();

  private static final long MICROS = 1_000_000;

  private final byte[] bytes;

  /** Where each column's value begins, and its length; -1 is a null. */
  private final int[] places;

  private RecordBytes(byte[] bytes) {
    this.bytes = bytes;
    ByteBuffer in = ByteBuffer.wrap(bytes);
    int columns = in.getInt();
    this.places = new int[2 * columns];
    for (int column = 0; column < columns; column++) {
      int unusedType = in.getInt();
      int length = in.getInt();
      places[2 * column] = in.position();
      places[2 * column + 1] = length;
      var unused = in.position(in.position() + Math.max(0, length));
    }
  }

  boolean isNull(int column) {
    return places[2 * column + 1] < 0;
  }

  long number(int column) {
    return ByteBuffer.wrap(bytes).getLong(places[2 * column]);
  }

  String text(int column) {
    return Objects.requireNonNull(textOrNull(column));
  }

  @Nullable String textOrNull(int column) {
    return isNull(column)
        ? null
        : new String(bytes, places[2 * column], places[2 * column + 1], StandardCharsets.UTF_8);
  }

  /** What is in a column that is not null; the bytes are not to be kept or changed. */
  interface Reader {
    void read(byte[] bytes, int from, int length);
  }

  /** Shows the bytes of a column to {@code reader}. */
  void read(int column, Reader reader) {
    reader.read(bytes, places[2 * column], places[2 * column + 1]);
  }

  Instant time(int column) {
    long micros = number(column);
    return Instant.ofEpochSecond(
        EPOCH + Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * 1_000);
  }

  /** A JSONB column: a version, and the text. */
  Json json(int column) {
    int from = places[2 * column];
    return Json.ofStored(Arrays.copyOfRange(bytes, from + 1, from + places[2 * column + 1]));
  }

  /** Makes them of any composite type, in the binary format; they are never sent. */
  static final class Decoder implements Codec<RecordBytes> {

    @Override
    public boolean canDecode(int dataType, Format format, Class<?> type) {
      return type == RecordBytes.class && format == Format.FORMAT_BINARY;
    }

    @Override
    public @Nullable RecordBytes decode(
        @Nullable ByteBuf buffer, int dataType, Format format, Class<? extends RecordBytes> type) {
      if (buffer == null) {
        return null;
      }
      byte[] bytes = new byte[buffer.readableBytes()];
      buffer.readBytes(bytes);
      return new RecordBytes(bytes);
    }

    @Override
    public boolean canEncode(Object value) {
      return false;
    }

    @Override
    public boolean canEncodeNull(Class<?> type) {
      return false;
    }

    @Override
    public EncodedParameter encode(Object value) {
      throw new UnsupportedOperationException("A record is only read");
    }

    @Override
    public EncodedParameter encode(Object value, int dataType) {
      return encode(value);
    }

    @Override
    public EncodedParameter encodeNull() {
      throw new UnsupportedOperationException("A record is only read");
    }
  }
}
