package io.holdfast.file;

import io.holdfast.CorruptDataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Brings the files to the state that the journals say, and the memory with them. */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final State state;
  private final Applier applier;
  private boolean indexed;
  private long journal = 1;
  private long lastCommit;
  private long tornBytes;

  Recovery(State state, Applier applier) {
    this.state = state;
    this.applier = applier;
  }

  void run() throws IOException {
    state.documents().clearScratch();
    readBatches();
    List<Long> journals = Journal.numbers(state.root());
    IndexFile index = new IndexFile(state);
    indexed = index.read() && isCurrent(index, journals);
    if (indexed) {
      Checkpointer.deleteJournals(state.root(), index.journal());
      journals.removeIf(number -> number < index.journal());
      lastCommit = index.commit();
    } else {
      state.forget();
    }
    GoneMonths gone = GoneMonths.read(state.root());
    gone.finish(state.segments());
    replay(journals);
    if (indexed) {
      state.segments().discoverEmpty();
      state.segments().cut();
    } else {
      new Rescan(state).run();
      gone.restoreHeads(state);
      state.segments().setArchived(gone.archived());
    }
    gone.tidyArchive(state.segments());
    state.show(null, Math.max(state.segments().lastPosition(), gone.position()));
  }

  /** A checkpoint writes them before the index; before the first one there are neither. */
  private void readBatches() throws IOException {
    Path batches = Checkpointer.batches(state.root());
    if (Files.exists(batches)) {
      LineFile.readWhole(
          batches, line -> state.batches().add(RememberedBatch.decode(line.record())));
    } else if (Files.exists(IndexFile.file(state.root()))) {
      throw new CorruptDataException(batches.toString(), "the file is missing");
    }
  }

  private boolean isCurrent(IndexFile index, List<Long> journals) {
    if (journals.isEmpty() || journals.get(journals.size() - 1) < index.journal()) {
      throw new CorruptDataException(
          Journal.file(state.root(), index.journal()).toString(), "the file is missing");
    }
    return journals.contains(index.journal());
  }

  private void replay(List<Long> journals) throws IOException {
    Redo redo = new Redo(state, applier, indexed);
    for (long number : journals) {
      boolean newest = number == journals.get(journals.size() - 1);
      if (number != journals.get(0) && number != journal + 1) {
        throw new CorruptDataException(
            Journal.file(state.root(), journal + 1).toString(), "the file is missing");
      }
      JournalReplay replay = new JournalReplay(Journal.file(state.root(), number), newest);
      reportTorn(number, replay.repair());
      replay.replay(redo);
      redo.flush();
      lastCommit = Math.max(lastCommit, replay.lastCommit());
      journal = number;
    }
  }

  private void reportTorn(long number, long bytes) {
    if (bytes > 0) {
      tornBytes += bytes;
      LOG.warn(
          "Cut {} bytes off {}: a commit that was never acknowledged",
          bytes,
          Journal.file(state.root(), number));
    }
  }

  /** False if everything was read, as there was no usable index. */
  boolean indexed() {
    return indexed;
  }

  /** The newest journal. */
  long journal() {
    return journal;
  }

  long lastCommit() {
    return lastCommit;
  }

  /** How many bytes of commits were cut off that were never acknowledged. */
  long tornBytes() {
    return tornBytes;
  }
}
