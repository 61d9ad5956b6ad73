package io.holdfast.migration.prodigy;

import io.holdfast.Position;
import io.holdfast.event.RecordedEvent;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds events that are there more than once, as in an archive and beside it. Notes 40 bytes of
 * hashes an event in files, a part for each of the first bytes of the hash of its id, and looks at
 * one part after the other: of the events themselves, one bit each stays in memory.
 */
final class Twins implements AutoCloseable {

  private static final int PARTS = 256;

  private final Path directory = Files.createTempDirectory("holdfast-prodigy-");
  private final @Nullable DataOutputStream[] parts = new DataOutputStream[PARTS];
  private final BitSet same = new BitSet();
  private final BitSet sameId = new BitSet();

  Twins() throws IOException {}

  /** 128 bits of a hash. */
  private record Hash(long high, long low) {
    static Hash of(byte[] content) {
      ByteBuffer sha256 = ByteBuffer.wrap(Kept.sha256(content));
      return new Hash(sha256.getLong(), sha256.getLong());
    }

    static Hash read(DataInputStream from) throws IOException {
      return new Hash(from.readLong(), from.readLong());
    }

    void write(DataOutputStream to) throws IOException {
      to.writeLong(high);
      to.writeLong(low);
    }
  }

  private record Whole(Hash id, Hash content) {}

  /** Notes the event in {@code line}. One without an id is never said to be another one. */
  void add(EventMapping event, long line) throws IOException {
    String id = event.event().origin().id();
    if (id == null) {
      return;
    }
    Hash idHash = Hash.of((event.job() + "\n" + id).getBytes(StandardCharsets.UTF_8));
    DataOutputStream part = part((int) (idHash.high >>> 56));
    idHash.write(part);
    Hash.of(canonical(event)).write(part);
    part.writeLong(line);
  }

  private static byte[] canonical(EventMapping event) {
    RecordedEvent record = new RecordedEvent(new Position("0"), event.job(), 0, event.event());
    return RecordedEvent.KIND.canonical(record);
  }

  private DataOutputStream part(int number) throws IOException {
    DataOutputStream part = parts[number];
    if (part == null) {
      part =
          new DataOutputStream(
              new BufferedOutputStream(Files.newOutputStream(file(number)), 4 << 10));
      parts[number] = part;
    }
    return part;
  }

  private Path file(int number) {
    return directory.resolve(Integer.toHexString(number));
  }

  /** Compares all that were noted. */
  void compare() throws IOException {
    for (int number = 0; number < PARTS; number++) {
      DataOutputStream part = parts[number];
      if (part != null) {
        part.close();
        compare(file(number));
      }
    }
  }

  private void compare(Path part) throws IOException {
    long left = Files.size(part) / 40;
    Set<Hash> ids = new HashSet<>();
    Set<Whole> wholes = new HashSet<>();
    try (DataInputStream input =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(part)))) {
      for (; left > 0; left--) {
        Whole whole = new Whole(Hash.read(input), Hash.read(input));
        int line = Math.toIntExact(input.readLong());
        if (!wholes.add(whole)) {
          same.set(line);
        } else if (!ids.add(whole.id)) {
          sameId.set(line);
        }
      }
    }
  }

  /** The lines of events that were there before. */
  BitSet same() {
    return same;
  }

  /** The lines of events with the id of one that is not the same. */
  BitSet sameId() {
    return sameId;
  }

  /** Whatever fails, nothing is left behind. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (int number = 0; number < PARTS; number++) {
      DataOutputStream part = parts[number];
      if (part != null) {
        try {
          part.close();
        } catch (IOException e) {
          failure = e;
        }
        Files.deleteIfExists(file(number));
      }
    }
    Files.deleteIfExists(directory);
    if (failure != null) {
      throw failure;
    }
  }
}
