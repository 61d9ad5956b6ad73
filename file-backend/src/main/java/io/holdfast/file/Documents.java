package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Reads and writes document files. Blocks. What it writes is atomic, and durable only later. */
final class Documents {

  private final Path root;
  private final Path scratch;
  private final Set<Path> directories = new HashSet<>();
  private final AtomicLong scratchFiles = new AtomicLong();

  Documents(Path root) {
    this.root = root;
    this.scratch = root.resolve("tmp");
  }

  /** The record as JSON, {@code null} if there is none. */
  @Nullable Json read(Shelf<?> shelf, DocumentKey key) throws IOException {
    return read(shelf, root.resolve(shelf.path(key)));
  }

  CorruptDataException missing(Shelf<?> shelf, DocumentKey key) {
    return new CorruptDataException(
        root.resolve(shelf.path(key)).toString(), "the file is missing");
  }

  /** The record in {@code json}, which was found under {@code key}. */
  <R> R decode(Shelf<R> shelf, DocumentKey key, Json json) {
    Path file = root.resolve(shelf.path(key));
    R record = decode(shelf, json, file);
    if (!shelf.key(record).equals(key)) {
      throw new CorruptDataException(file + " line 1", "it holds " + shelf.key(record));
    }
    return record;
  }

  static @Nullable Json read(Shelf<?> shelf, Path file) throws IOException {
    byte[] bytes = bytes(file);
    if (bytes == null) {
      return null;
    }
    int end = bytes.length > 0 && bytes[bytes.length - 1] == '\n' ? bytes.length - 1 : 0;
    Line line = Line.parse(bytes, 0, end);
    if (line == null || !line.tag().equals(shelf.name())) {
      throw Line.damaged(file, 1);
    }
    return line.record();
  }

  private static byte @Nullable [] bytes(Path file) throws IOException {
    try (FileInputStream input = new FileInputStream(file.toFile())) {
      return input.readAllBytes();
    } catch (FileNotFoundException e) {
      // Missing or not to be opened; or it has come since.
      return bytesIfThere(file);
    }
  }

  private static byte @Nullable [] bytesIfThere(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** The record; says which file is damaged if it is. */
  static <R> R decode(Shelf<R> shelf, Json json, Path file) {
    try {
      return shelf.kind().decode(json);
    } catch (RuntimeException e) {
      throw new CorruptDataException(file + " line 1", String.valueOf(e.getMessage()), e);
    }
  }

  /** Replaces the document by {@code line}, unless that is what it is; reading is cheaper. */
  void restore(String path, byte[] line) throws IOException {
    Path file = root.resolve(path);
    if (!Files.isRegularFile(file)
        || Files.size(file) != line.length
        || !Arrays.equals(Files.readAllBytes(file), line)) {
      write(path, line);
    }
  }

  /** Replaces the document by {@code line}. */
  void write(String path, byte[] line) throws IOException {
    Path file = root.resolve(path);
    Path directory = file.getParent();
    if (directory != null && directories.add(directory)) {
      Files.createDirectories(directory);
    }
    Path temporary = scratch.resolve(scratchFiles.incrementAndGet() + ".tmp");
    try (OutputStream output = new FileOutputStream(temporary.toFile())) {
      output.write(line);
    }
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void delete(String path) throws IOException {
    Files.deleteIfExists(root.resolve(path));
  }

  /** Removes what a crash left half written. */
  void clearScratch() throws IOException {
    Files.createDirectories(scratch);
    try (var files = Files.newDirectoryStream(scratch)) {
      for (Path file : files) {
        Files.delete(file);
      }
    }
  }
}
