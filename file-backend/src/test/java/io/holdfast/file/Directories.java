package io.holdfast.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What tests do to directories behind the storage's back. */
final class Directories {

  private Directories() {}

  /** The files as they are at this moment: what a crash leaves behind. */
  static Path copy(Path from, Path to) throws IOException {
    for (Path file : files(from)) {
      Path target = to.resolve(from.relativize(file).toString());
      Files.createDirectories(target.getParent());
      Files.copy(file, target);
    }
    return to;
  }

  static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** The newest journal. */
  static Path journal(Path directory) throws IOException {
    List<Path> journals =
        files(directory).stream()
            .filter(file -> file.getFileName().toString().startsWith("journal-"))
            .toList();
    return journals.get(journals.size() - 1);
  }

  static void flip(Path file, long offset) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= 1;
    Files.write(file, bytes);
  }
}
