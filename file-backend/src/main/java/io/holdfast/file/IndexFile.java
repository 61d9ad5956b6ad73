package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The file {@code index.jsonl}: what {@link State} keeps in memory, so that opening does not read
 * everything. It may be deleted; opening then does read everything.
 */
final class IndexFile {

  /** Those without a format have no times of checkpoints. */
  private static final long FORMAT = 2;

  private static final String HEADER = "index";
  private static final String SEGMENT = "segment";
  private static final String JOB = "job";
  private static final String DOCUMENT = "document";

  private final State state;
  private final Map<String, Shelf<?>> shelves = new HashMap<>();
  private long journal;
  private long commit;
  private boolean isOld;

  IndexFile(State state) {
    this.state = state;
    Shelf.ALL.forEach(shelf -> shelves.put(shelf.name(), shelf));
  }

  static Path file(Path root) {
    return root.resolve("index.jsonl");
  }

  /** The first journal that is needed beside the index. */
  long journal() {
    return journal;
  }

  /** A commit that is in the index. */
  long commit() {
    return commit;
  }

  /**
   * Writes what is there now. It may be younger than the begin of {@code firstJournal}: what is
   * repeated from there ends in the same state.
   */
  void write(long firstJournal, long lastCommit) throws IOException {
    try (LineFile file = new LineFile(file(state.root()))) {
      file.add(
          HEADER,
          new JsonWriter()
              .number("journal", firstJournal)
              .number("commit", lastCommit)
              .number("format", FORMAT)
              .end());
      for (Segment segment : state.segments().live()) {
        file.add(SEGMENT, SegmentIndex.encode(segment));
      }
      for (Map.Entry<JobId, JobHead> job : state.heads().entrySet()) {
        file.add(JOB, job.getValue().encode(job.getKey()));
      }
      writeDocuments(file);
      file.finish();
    }
  }

  private void writeDocuments(LineFile file) throws IOException {
    for (Shelf<?> shelf : Shelf.ALL) {
      for (Map.Entry<DocumentKey, Note> entry : state.catalog().of(shelf).entrySet()) {
        Note note = entry.getValue();
        file.add(
            DOCUMENT,
            new JsonWriter()
                .text("kind", shelf.name())
                .text("first", entry.getKey().first())
                .text("second", entry.getKey().second())
                .number("created", note.created())
                .number("due", note.due())
                .number("state", note.state())
                .end());
      }
    }
  }

  /** Fills the state; false if there is no whole and new index, and then the state is empty. */
  boolean read() throws IOException {
    if (LineFile.read(file(state.root()), this::restore) && !isOld) {
      return true;
    }
    state.forget();
    return false;
  }

  private void restore(Line line) {
    JsonFields fields = JsonFields.of(line.record());
    switch (line.tag()) {
      case HEADER -> {
        journal = fields.number("journal");
        commit = fields.number("commit");
        isOld = !fields.has("format");
      }
      case SEGMENT -> SegmentIndex.restore(state.segments(), fields);
      case JOB ->
          state
              .heads()
              .put(
                  new JobId(fields.text("job")),
                  new JobHead(
                      fields.number("version"), fields.number("first"), fields.number("last")));
      case DOCUMENT -> restoreDocument(fields);
      default -> throw new IllegalStateException("Unknown line in the index: " + line.tag());
    }
  }

  private void restoreDocument(JsonFields fields) {
    Shelf<?> shelf = shelf(fields.text("kind"));
    if (shelf != null) {
      state
          .catalog()
          .of(shelf)
          .put(
              new DocumentKey(fields.text("first"), fields.text("second")),
              new Note(
                  fields.number("created"), fields.number("due"), (int) fields.number("state")));
    }
  }

  @Nullable Shelf<?> shelf(String name) {
    return shelves.get(name);
  }
}
