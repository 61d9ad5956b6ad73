package io.holdfast.postgres;

import io.holdfast.Json;
import io.r2dbc.spi.Row;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Reads columns, by place: rows come in thousands, and names are looked up in a map. */
record Columns(Row row) {

  boolean isNull(int column) {
    return row.get(column) == null;
  }

  String text(int column) {
    return Objects.requireNonNull(row.get(column, String.class));
  }

  @Nullable String textOrNull(int column) {
    return row.get(column, String.class);
  }

  String[] texts(int column) {
    return Objects.requireNonNull(row.get(column, String[].class));
  }

  long number(int column) {
    return Objects.requireNonNull(row.get(column, Long.class));
  }

  @Nullable Long numberOrNull(int column) {
    return row.get(column, Long.class);
  }

  byte[] bytes(int column) {
    return Objects.requireNonNull(row.get(column, byte[].class));
  }

  byte @Nullable [] bytesOrNull(int column) {
    return row.get(column, byte[].class);
  }

  /** A bigint[] that was cast to text. */
  Numbers numbers(int column) {
    return Numbers.parse(text(column));
  }

  boolean flag(int column) {
    return Objects.requireNonNull(row.get(column, Boolean.class));
  }

  @Nullable Boolean flagOrNull(int column) {
    return row.get(column, Boolean.class);
  }

  Instant time(int column) {
    return Objects.requireNonNull(row.get(column, Instant.class));
  }

  @Nullable Instant timeOrNull(int column) {
    return row.get(column, Instant.class);
  }

  /** A JSONB column; the database vouches for it. */
  Json json(int column) {
    return Json.ofStored(
        Objects.requireNonNull(row.get(column, io.r2dbc.postgresql.codec.Json.class)).asArray());
  }

  @Nullable Json jsonOrNull(int column) {
    return isNull(column) ? null : json(column);
  }

  /** A value of a composite type. */
  RecordBytes composite(int column) {
    return Objects.requireNonNull(row.get(column, RecordBytes.class));
  }
}
