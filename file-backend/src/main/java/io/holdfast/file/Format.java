package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.UnavailableException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;

/** The file {@code holdfast.json}: that this is a storage, and of which format. */
record Format(long version, String store, Instant created) {

  private static final long CURRENT = 1;
  private static final String TAG = "holdfast";

  private static Path file(Path root) {
    return root.resolve("holdfast.json");
  }

  static boolean isIn(Path root) {
    return Files.exists(file(root));
  }

  static void create(Path root, Instant now) throws IOException {
    Format format = new Format(CURRENT, UUID.randomUUID().toString(), now);
    byte[] line =
        Line.bytes(
            TAG,
            new JsonWriter()
                .number("format", format.version)
                .text("store", format.store)
                .time("created", now)
                .end());
    replace(file(root), line);
  }

  /** Fails unless the directory is of a format that this program knows. */
  static void requireKnown(Path root) throws IOException {
    Format format = read(root);
    if (format.version != CURRENT) {
      throw new UnavailableException(
          root + " has format " + format.version + ", this program knows " + CURRENT);
    }
  }

  static Format read(Path root) throws IOException {
    byte[] bytes = Files.readAllBytes(file(root));
    Line line = bytes.length == 0 ? null : Line.parse(bytes, 0, bytes.length - 1);
    if (line == null) {
      throw Line.damaged(file(root), 1);
    }
    return decode(root, line);
  }

  private static Format decode(Path root, Line line) {
    try {
      JsonFields fields = JsonFields.of(line.record());
      return new Format(fields.number("format"), fields.text("store"), fields.time("created"));
    } catch (CorruptDataException | InvalidInputException e) {
      throw new CorruptDataException(file(root) + " line 1", String.valueOf(e.getMessage()), e);
    }
  }

  /** Replaces a small file, durably. */
  private static void replace(Path file, byte[] bytes) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    Files.write(temporary, bytes);
    try (FileChannel channel = FileChannel.open(temporary, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    Path parent = file.toAbsolutePath().getParent();
    if (parent != null) {
      Disk.force(parent);
    }
  }
}
