package io.holdfast.migration.copy;

import io.holdfast.InvalidInputException;

/**
 * How a copy goes about it.
 *
 * @param chunkRecordsMax the most records of a chunk, 1 to {@value #CHUNK_RECORDS_MAX}
 * @param recordsPerSecondMax the most records that are written in a second, on average; 0 for as
 *     many as it can
 * @param workers how many kinds are copied at the same time, 1 or 2
 */
public record CopyOptions(int chunkRecordsMax, long recordsPerSecondMax, int workers) {

  /** The largest chunk. */
  public static final int CHUNK_RECORDS_MAX = 100_000;

  /** Checks them. */
  public CopyOptions {
    if (chunkRecordsMax < 1 || chunkRecordsMax > CHUNK_RECORDS_MAX) {
      throw new InvalidInputException(
          "chunk", "1 to " + CHUNK_RECORDS_MAX + " records, was " + chunkRecordsMax);
    }
    if (recordsPerSecondMax < 0) {
      throw new InvalidInputException("rate", "0 or more, was " + recordsPerSecondMax);
    }
    if (workers < 1 || workers > Lanes.MAX) {
      throw new InvalidInputException("workers", "1 or " + Lanes.MAX + ", was " + workers);
    }
  }

  /** Chunks of so many records, as fast as can be. */
  public static CopyOptions ofChunks(int recordsMax) {
    return new CopyOptions(recordsMax, 0, Lanes.MAX);
  }

  Batches batches() {
    return new Batches(chunkRecordsMax, Batches.BYTES_DEFAULT);
  }
}
