package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.MovedException;
import io.holdfast.UnavailableException;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code holdfast.json}: that this is a storage, of which format, and where it has moved
 * to, if it has. It has a format of its own then, as programs that know nothing of moving would go
 * on writing.
 */
record Format(long version, String store, Instant created, @Nullable Moved moved) {

  private static final long CURRENT = 1;
  private static final long MOVED = 2;
  private static final String TAG = "holdfast";

  private static Path file(Path root) {
    return root.resolve("holdfast.json");
  }

  static boolean isIn(Path root) {
    return Files.exists(file(root));
  }

  static void create(Path root, Instant now) throws IOException {
    new Format(CURRENT, UUID.randomUUID().toString(), now, null).write(root);
  }

  /** Fails unless the directory is of a format that this program knows. */
  @CanIgnoreReturnValue
  static Format requireKnown(Path root) throws IOException {
    Format format = read(root);
    if (format.version != CURRENT && format.version != MOVED) {
      throw new UnavailableException(
          "%s has format %d, this program knows %d and %d"
              .formatted(root, format.version, CURRENT, MOVED));
    }
    return format;
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
      return new Format(
          fields.number("format"),
          fields.text("store"),
          fields.time("created"),
          fields.has("moved") ? Moved.decode(fields.json("moved")) : null);
    } catch (CorruptDataException | InvalidInputException e) {
      throw new CorruptDataException(file(root) + " line 1", String.valueOf(e.getMessage()), e);
    }
  }

  /** Fails if it has moved, as whoever would write to it has to be told. */
  void requireHere(Path root) {
    if (moved != null) {
      throw refusal(root, moved);
    }
  }

  /** What whoever would write hears once it has moved. */
  static MovedException refusal(Path root, Moved moved) {
    return new MovedException("The storage in " + root, moved, "access=read");
  }

  /**
   * Notes where the directory has moved to, for whoever has the lock of it; what is noted now. It
   * stays if it is the same.
   */
  static Moved moveTo(Path root, Moved moved) throws IOException {
    Format format = read(root);
    Moved noted = format.notedFor(root, moved);
    if (noted != null) {
      return noted;
    }
    new Format(MOVED, format.store, format.created, moved).write(root);
    return moved;
  }

  /** What is noted, if it is the same as {@code moved}; {@code null} if nothing is. Only reads. */
  static @Nullable Moved noted(Path root, Moved moved) throws IOException {
    return read(root).notedFor(root, moved);
  }

  private @Nullable Moved notedFor(Path root, Moved wanted) {
    if (moved != null && !moved.isToSameAs(wanted)) {
      throw new ConflictException(
          "The storage in", root.toString(), "here", "moved to " + moved.to());
    }
    return moved;
  }

  /** Takes the note back, for whoever has the lock; what was noted, or {@code null}. */
  static @Nullable Moved takeBack(Path root) throws IOException {
    Format format = read(root);
    if (format.moved != null) {
      new Format(CURRENT, format.store, format.created, null).write(root);
    }
    return format.moved;
  }

  private void write(Path root) throws IOException {
    Json json =
        new JsonWriter()
            .number("format", version)
            .text("store", store)
            .time("created", created)
            .json("moved", moved == null ? null : moved.encode())
            .end();
    replace(file(root), Line.bytes(TAG, json));
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
