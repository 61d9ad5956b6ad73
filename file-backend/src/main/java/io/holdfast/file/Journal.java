package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.file.Draft.StagedDocument;
import io.holdfast.file.Draft.StagedEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The write-ahead log. One commit is one group of lines: a header that says how many lines follow and
 * where its events go in their segments, then the lines themselves, just as they go into the files.
 */
final class Journal implements Closeable {

  static final String COMMIT = "commit";
  static final String DELETED = "deleted";

  private static final int BUFFER_BYTES = 1 << 18;

  private final Path root;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private FileChannel channel;
  private long number;
  private long lastCommit;

  /** Continues the journal {@code number}, whose last commit was {@code lastCommit}. */
  Journal(Path root, long number, long lastCommit) throws IOException {
    this.root = root;
    this.number = number;
    this.lastCommit = lastCommit;
    this.channel = open(number);
  }

  static Path file(Path root, long number) {
    return root.resolve("journal-%08d.jsonl".formatted(number));
  }

  long number() {
    return number;
  }

  long lastCommit() {
    return lastCommit;
  }

  long size() throws IOException {
    return channel.size();
  }

  /** Writes {@code draft} as one commit, and returns when it is on the disk. */
  void append(Draft draft, EventSegments segments) throws IOException {
    List<byte[]> lines = lines(draft);
    writeBuffered(header(draft, lines.size(), segments));
    for (byte[] line : lines) {
      writeBuffered(line);
    }
    flush();
    channel.force(false);
    lastCommit++;
  }

  /** Starts the next journal file; the one before stays until it is not needed any more. */
  void rotate() throws IOException {
    FileChannel next = open(number + 1);
    channel.close();
    channel = next;
    number++;
  }

  private FileChannel open(long file) throws IOException {
    FileChannel opened =
        FileChannel.open(
            file(root, file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    opened.position(opened.size());
    Disk.force(root);
    return opened;
  }

  private byte[] header(Draft draft, int lines, EventSegments segments) {
    Map<String, Long> offsets = new TreeMap<>();
    draft.events().forEach(event -> offsets.putIfAbsent(event.month(), 0L));
    JsonWriter starts = new JsonWriter();
    offsets.keySet().forEach(month -> starts.number(month, segments.length(month)));
    Json header =
        new JsonWriter()
            .number("number", lastCommit + 1)
            .number("lines", lines)
            .json("segments", starts.end())
            .end();
    return Line.bytes(COMMIT, header);
  }

  private static List<byte[]> lines(Draft draft) {
    List<byte[]> lines = new ArrayList<>();
    for (StagedEvent event : draft.events()) {
      lines.add(event.line());
    }
    draft
        .documents()
        .forEach(
            (shelf, staged) ->
                staged.forEach((key, document) -> lines.add(line(shelf, key, document))));
    draft
        .batches()
        .values()
        .forEach(batch -> lines.add(Line.bytes(RememberedBatch.TAG, batch.encode())));
    return lines;
  }

  private static byte[] line(Shelf<?> shelf, DocumentKey key, StagedDocument document) {
    Json json = document.json();
    if (json != null) {
      return Line.bytes(shelf.name(), json);
    }
    Json deleted =
        new JsonWriter()
            .text("kind", shelf.name())
            .text("first", key.first())
            .text("second", key.second())
            .end();
    return Line.bytes(DELETED, deleted);
  }

  private void writeBuffered(byte[] line) throws IOException {
    for (int at = 0; at < line.length; ) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(buffer.remaining(), line.length - at);
      buffer.put(line, at, part);
      at += part;
    }
  }

  private void flush() throws IOException {
    buffer.flip();
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
    buffer.clear();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
