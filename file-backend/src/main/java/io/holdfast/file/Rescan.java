package io.holdfast.file;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Reads the whole directory, to know what is in it when no index says so. */
final class Rescan {

  private final State state;

  Rescan(State state) {
    this.state = state;
  }

  void run() throws IOException {
    state.forget();
    for (Shelf<?> shelf : Shelf.ALL) {
      scanShelf(shelf);
    }
    state.segments().discover();
    for (Segment segment : state.segments().live()) {
      scanSegment(segment);
    }
  }

  private <R> void scanShelf(Shelf<R> shelf) throws IOException {
    for (Path file : files(state.root(), shelf)) {
      Json json = Documents.read(shelf, file);
      if (json != null) {
        R record = Documents.decode(shelf, json, file);
        requirePlace(shelf, shelf.key(record), file);
        state.catalog().of(shelf).put(shelf.key(record), shelf.note(record));
      }
    }
  }

  private void requirePlace(Shelf<?> shelf, DocumentKey key, Path file) {
    if (!state.root().resolve(shelf.path(key)).equals(file)) {
      throw new CorruptDataException(file + " line 1", "it holds " + key);
    }
  }

  /** The documents of a shelf. */
  static List<Path> files(Path root, Shelf<?> shelf) throws IOException {
    Path directory = root.resolve(shelf.name());
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(directory, 2)) {
      return files
          .filter(file -> file.toString().endsWith(".json") && Files.isRegularFile(file))
          .toList();
    }
  }

  private void scanSegment(Segment segment) throws IOException {
    try (LineReader lines = new LineReader(segment.file())) {
      while (lines.advance()) {
        if (!lines.terminated()) {
          throw Line.damaged(segment.file(), lines.number());
        }
        RawEvent raw =
            RawEvent.of(lines.buffer(), lines.from(), lines.to(), segment.file(), lines.number());
        RecordedEvent event = raw.decode();
        segment.add(lines.offset(), (int) (lines.end() - lines.offset()), raw.position());
        state.sawEvent(event.job(), event.version(), raw.position());
      }
    }
  }
}
