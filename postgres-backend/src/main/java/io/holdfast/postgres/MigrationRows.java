package io.holdfast.postgres;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import java.time.Duration;
import java.util.List;

/** A migration and its chunks as rows. */
final class MigrationRows {

  /** For {@link #run}, where the table is {@code m}. */
  static final String RUN =
      "m.source, m.state, m.token, m.holder, m.lease_millis, m.leased_until, m.started_at,"
          + " m.updated_at, m.sums";

  private static final String CHUNKS =
      """
      SELECT kind, number, records, first_key, last_key, sha256
      FROM {schema}.migration_chunks
      WHERE (kind, number) > ($1, $2)
      ORDER BY kind, number
      LIMIT $3
      """;

  private static final Json NO_SUMS = Json.of("[]");

  /** About what one takes, keys and all. */
  private static final int CHUNK_BYTES = 500;

  private MigrationRows() {}

  static MigrationRun run(Columns row) {
    return new MigrationRun(
        row.text(0),
        MigrationState.of(row.text(1)),
        row.number(2),
        row.text(3),
        Duration.ofMillis(row.number(4)),
        row.time(5),
        row.time(6),
        row.time(7),
        JsonFields.elements(row.json(8)).stream().map(KindSum::decode).toList());
  }

  static Json json(List<KindSum> sums) {
    return sums.isEmpty() ? NO_SUMS : TableTransfer.array(sums, KindSum::encode);
  }

  /** How chunks are read; they are written with what they are about. */
  static TableTransfer.Table<MigrationChunk> chunks(SchemaName schema) {
    return new TableTransfer.Table<>(
        schema.in(CHUNKS),
        List.of("", 0L),
        MigrationRows::chunk,
        chunk -> List.of(chunk.kind(), chunk.number()),
        chunk -> CHUNK_BYTES,
        "",
        "",
        chunk -> Json.EMPTY,
        "",
        "");
  }

  private static MigrationChunk chunk(Columns row) {
    return new MigrationChunk(
        row.text(0), row.number(1), row.number(2), row.text(3), row.text(4), row.text(5));
  }
}
