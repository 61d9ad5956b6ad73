package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import java.io.Closeable;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The file {@code position.json}: up to which position events are complete in all segments. Reading
 * processes go by it, as one commit may write to several segments.
 */
final class Watermark implements Closeable {

  private static final String TAG = "position";

  private final RandomAccessFile file;
  private long written = -1;

  Watermark(Path root) throws IOException {
    file = new RandomAccessFile(path(root).toFile(), "rw");
  }

  private static Path path(Path root) {
    return root.resolve("position.json");
  }

  /** Overwrites in place; always the same length, so that it is never half there. */
  void write(long position) throws IOException {
    if (position != written) {
      Json json =
          new JsonWriter().text("last", String.format(Locale.ROOT, "%018d", position)).end();
      file.seek(0);
      file.write(Line.bytes(TAG, json));
      written = position;
    }
  }

  /** What the writing process said last; {@code otherwise} if it is just saying something. */
  static long read(Path root, long otherwise) throws IOException {
    if (!Files.exists(path(root))) {
      return otherwise;
    }
    byte[] bytes = Files.readAllBytes(path(root));
    Line line = bytes.length == 0 ? null : Line.parse(bytes, 0, bytes.length - 1);
    return line == null ? otherwise : Long.parseLong(JsonFields.of(line.record()).text("last"));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
