package io.holdfast.migration.export;

import io.holdfast.InvalidInputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;

/**
 * A file or directory that is being made beside the place where it will be, and moved there when it
 * is whole: whatever is killed never looks finished. What is left then has {@code .unfinished-} in
 * its name. Only its owner may read it.
 *
 * @param path where it is being made
 * @param target where it will be
 */
record Unfinished(Path path, Path target) {

  private static final String INFIX = ".unfinished-";

  /** Fails with {@link InvalidInputException} if something is there already. */
  static Unfinished file(Path target) throws IOException {
    if (Files.exists(target)) {
      throw new InvalidInputException("file " + target, "it is there already");
    }
    return new Unfinished(Files.createTempFile(parent(target), prefix(target), ""), target);
  }

  /** As {@link #file}; a directory that is empty may be there. */
  static Unfinished directory(Path target) throws IOException {
    if (Files.exists(target) && !isEmptyDirectory(target)) {
      throw new InvalidInputException(
          "directory " + target, "it is there already, and it is not an empty directory");
    }
    return new Unfinished(Files.createTempDirectory(parent(target), prefix(target)), target);
  }

  private static boolean isEmptyDirectory(Path target) throws IOException {
    if (!Files.isDirectory(target)) {
      return false;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(target)) {
      return !files.iterator().hasNext();
    }
  }

  private static Path parent(Path target) {
    Path parent = target.toAbsolutePath().normalize().getParent();
    return Objects.requireNonNullElse(parent, target.toAbsolutePath());
  }

  private static String prefix(Path target) {
    return target.toAbsolutePath().normalize().getFileName() + INFIX;
  }

  /** Everything in it has been forced to the disk; now its name is. */
  void finish() throws IOException {
    if (Files.isDirectory(path)) {
      force(path);
      // Over an empty directory, and not over anything else.
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.move(path, target);
    }
    force(parent(target));
  }

  /** What was written survives a loss of power. */
  static void force(Path path) throws IOException {
    StandardOpenOption access =
        Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
    try (FileChannel channel = FileChannel.open(path, access)) {
      channel.force(true);
    }
  }

  /** Once it is finished, there is nothing to delete. */
  void discard() {
    try {
      if (Files.isDirectory(path)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
          for (Path file : files) {
            Files.deleteIfExists(file);
          }
        }
      }
      Files.deleteIfExists(path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
