package io.holdfast.migration.copy;

import io.holdfast.transfer.MigrationChunk;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;

/** Which chunks were copied before: about a hundred bytes for each. */
final class CopiedChunks {

  private final Map<Place, byte[]> hashes = new HashMap<>();

  private record Place(String kind, long number) {}

  void add(MigrationChunk chunk) {
    hashes.put(place(chunk), hash(chunk));
  }

  /** True if the same records were copied as a chunk of the same number. */
  boolean has(MigrationChunk chunk) {
    return Arrays.equals(hashes.get(place(chunk)), hash(chunk));
  }

  private static Place place(MigrationChunk chunk) {
    return new Place(chunk.kind().intern(), chunk.number());
  }

  private static byte[] hash(MigrationChunk chunk) {
    return HexFormat.of().parseHex(chunk.sha256());
  }
}
