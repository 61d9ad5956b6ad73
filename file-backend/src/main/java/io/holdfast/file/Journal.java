package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.file.Draft.StagedDocument;
import io.holdfast.file.Draft.StagedEvent;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * The write-ahead log. One commit is one group of lines: a header that says how many lines follow
 * and where its events go in their segments, then the lines themselves, just as they go into the
 * files.
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
    return root.resolve(String.format(Locale.ROOT, "journal-%08d.jsonl", number));
  }

  /** The journals that are there, in order. */
  static List<Long> numbers(Path root) throws IOException {
    List<Long> numbers = new ArrayList<>();
    try (var files = Files.newDirectoryStream(root, "journal-*.jsonl")) {
      for (Path file : files) {
        String name = String.valueOf(file.getFileName());
        numbers.add(Long.valueOf(name.substring("journal-".length(), name.length() - 6)));
      }
    }
    Collections.sort(numbers);
    return numbers;
  }

  /** True if there is anything in any of them, which the next opening would have to repeat. */
  static boolean isThereAny(Path root) throws IOException {
    for (long number : numbers(root)) {
      if (Files.size(file(root, number)) > 0) {
        return true;
      }
    }
    return false;
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
    write(header(draft, segments));
    for (StagedEvent event : draft.events()) {
      write(event.line());
    }
    for (var shelf : draft.documents().entrySet()) {
      for (var document : shelf.getValue().entrySet()) {
        write(line(shelf.getKey(), document.getKey(), document.getValue()));
      }
    }
    for (RememberedBatch batch : draft.batches().values()) {
      write(new Line(RememberedBatch.TAG, batch.encode()));
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
        FileChannel.open(file(root, file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    opened.position(opened.size());
    Disk.force(root);
    return opened;
  }

  private Line header(Draft draft, EventSegments segments) {
    Set<String> months = new TreeSet<>();
    draft.events().forEach(event -> months.add(event.month()));
    JsonWriter starts = new JsonWriter();
    for (String month : months) {
      starts = starts.number(month, segments.length(month));
    }
    return new Line(
        COMMIT,
        new JsonWriter()
            .number("number", lastCommit + 1)
            .number("lines", draft.lines())
            .json("segments", starts.end())
            .end());
  }

  private static Line line(Shelf<?> shelf, DocumentKey key, StagedDocument document) {
    Json json = document.json();
    if (json != null) {
      return new Line(shelf.name(), json);
    }
    Json deleted =
        new JsonWriter()
            .text("kind", shelf.name())
            .text("first", key.first())
            .text("second", key.second())
            .end();
    return new Line(DELETED, deleted);
  }

  private void write(Line line) throws IOException {
    byte[] bytes = line.bytes();
    int at = 0;
    while (at < bytes.length) {
      if (!buffer.hasRemaining()) {
        flush();
      }
      int part = Math.min(buffer.remaining(), bytes.length - at);
      buffer.put(bytes, at, part);
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
