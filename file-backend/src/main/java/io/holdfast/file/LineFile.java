package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.Consumer;

/** Writes a derived file of lines that replaces the one before, whole and durable or not at all. */
final class LineFile implements Closeable {

  private static final String END = "end";

  private final Path file;
  private final Path temporary;
  private final OutputStream output;
  private long lines;

  LineFile(Path file) throws IOException {
    this.file = file;
    this.temporary = file.resolveSibling(file.getFileName() + ".new");
    this.output = new BufferedOutputStream(new FileOutputStream(temporary.toFile()), 1 << 16);
  }

  void add(String tag, Json record) throws IOException {
    output.write(Line.bytes(tag, record));
    lines++;
  }

  /** Puts the file in its place. */
  void finish() throws IOException {
    add(END, new JsonWriter().number("lines", lines).end());
    output.close();
    Disk.force(temporary);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      Disk.force(directory);
    }
  }

  /** Hands all lines to {@code reader}; false if the file is missing or not whole. */
  static boolean read(Path file, Consumer<Line> reader) throws IOException {
    return Files.exists(file) && damagedLine(file, reader) == 0;
  }

  /** Hands all lines to {@code reader}; fails if the file is not whole. */
  static void readWhole(Path file, Consumer<Line> reader) throws IOException {
    long damaged = damagedLine(file, reader);
    if (damaged > 0) {
      throw Line.damaged(file, damaged);
    }
  }

  /** The first line that is not as it was written; 0 if there is none. */
  private static long damagedLine(Path file, Consumer<Line> reader) throws IOException {
    long lines = 0;
    try (LineReader input = new LineReader(file)) {
      while (input.advance()) {
        Line line = Line.parse(input.buffer(), input.from(), input.to());
        if (line == null || !input.terminated()) {
          return lines + 1;
        }
        if (line.tag().equals(END)) {
          return JsonFields.of(line.record()).number("lines") == lines ? 0 : lines + 1;
        }
        reader.accept(line);
        lines++;
      }
    }
    return lines + 1;
  }

  @Override
  public void close() throws IOException {
    output.close();
  }
}
