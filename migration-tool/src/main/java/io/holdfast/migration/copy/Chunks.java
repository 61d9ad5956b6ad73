package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.migration.proof.RecordHash;
import io.holdfast.transfer.MigrationChunk;
import java.util.HexFormat;
import java.util.List;

/** Makes chunks of batches, one after the other. */
final class Chunks<R> {

  private static final int KEY_CHARS_MAX = 600;

  private final RecordKind<R> kind;
  private final RecordHash<R> hash;
  private long count;

  Chunks(RecordKind<R> kind) {
    this.kind = kind;
    this.hash = new RecordHash<>(kind);
  }

  /**
   * Records that are copied together.
   *
   * @param note what is remembered of them
   * @param hashes the SHA-256 of each
   */
  record Chunk<R>(MigrationChunk note, List<R> records, List<byte[]> hashes) {}

  /** The next chunk, of {@code batch}, which is not empty. */
  Chunk<R> next(List<R> batch) {
    List<byte[]> hashes = hash.all(batch);
    MigrationChunk note =
        new MigrationChunk(
            kind.name(),
            count++,
            batch.size(),
            key(batch.get(0)),
            key(batch.get(batch.size() - 1)),
            HexFormat.of().formatHex(hash.over(hashes)));
    return new Chunk<>(note, batch, hashes);
  }

  private String key(R record) {
    String key = kind.key(record);
    return key.length() <= KEY_CHARS_MAX ? key : key.substring(0, KEY_CHARS_MAX);
  }

  /** How many there were. */
  long count() {
    return count;
  }
}
