package io.holdfast.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Makes the readable files durable, so that old journals are needed no more. The writer only turns
 * to a new journal; the rest is done beside it.
 */
final class Checkpointer {

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Disk disk;
  private final State state;
  private final Journal journal;
  private final Applier applier;
  private final long journalBytesMax;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean hurried;
  private volatile long deadline;
  private volatile boolean abandoned;

  Checkpointer(Disk disk, State state, Journal journal, Applier applier, long journalBytesMax) {
    this.disk = disk;
    this.state = state;
    this.journal = journal;
    this.applier = applier;
    this.journalBytesMax = journalBytesMax;
  }

  /**
   * For opening: starts a checkpoint of what recovery has repeated. That may be in older journals
   * alone, where the last closing had no time to finish.
   */
  void startIfBehind(Consumer<Throwable> failed) throws IOException {
    if (Journal.isThereAny(state.root()) && running.compareAndSet(false, true)) {
      start(failed);
    }
  }

  /** For the writer, after a commit: starts a checkpoint if it is time. */
  void startIfDue(Consumer<Throwable> failed) throws IOException {
    if (journal.size() > journalBytesMax && running.compareAndSet(false, true)) {
      start(failed);
    }
  }

  /** From now on a checkpoint has two seconds; what takes longer is left to the next opening. */
  void hurry() {
    deadline = System.nanoTime() + PATIENCE.toNanos();
    hurried = true;
  }

  /**
   * For the writer: makes everything durable, runs {@code work} before anything else is written,
   * and writes an index of what it has changed.
   *
   * @return empty, and nothing is done, while a checkpoint is under way
   */
  <T> Optional<T> settle(Work<T> work) throws IOException {
    if (!running.compareAndSet(false, true)) {
      return Optional.empty();
    }
    try {
      journal.rotate();
      finish(applier.takeTouched(), journal.number(), journal.lastCommit());
      if (abandoned) {
        throw disk.closed();
      }
      T result = work.run();
      index();
      return Optional.of(result);
    } finally {
      running.set(false);
    }
  }

  private void start(Consumer<Throwable> failed) throws IOException {
    journal.rotate();
    Set<String> touched = applier.takeTouched();
    long first = journal.number();
    long commit = journal.lastCommit();
    boolean accepted =
        disk.onKeeper(
            () -> {
              try {
                finish(touched, first, commit);
              } catch (IOException | RuntimeException | Error e) {
                failed.accept(e);
              } finally {
                running.set(false);
              }
            });
    if (!accepted) {
      running.set(false);
    }
  }

  /** For the keeper, when the writer has ended: leaves nothing to do for the next opening. */
  void complete() throws IOException {
    if (!abandoned && Journal.isThereAny(state.root())) {
      journal.rotate();
      finish(applier.takeTouched(), journal.number(), journal.lastCommit());
    }
  }

  /** For opening: an index of what recovery has found, beside the journal as it is. */
  void index() throws IOException {
    finish(applier.takeTouched(), journal.number(), journal.lastCommit());
  }

  private void finish(Set<String> touched, long firstJournal, long commit) throws IOException {
    if (!force(touched)) {
      // The journals stay, and with them everything that was not forced.
      abandoned = true;
      return;
    }
    try (LineFile batches = new LineFile(batches(state.root()))) {
      for (RememberedBatch batch : state.batches().all()) {
        batches.add(RememberedBatch.TAG, batch.encode());
      }
      batches.finish();
    }
    new IndexFile(state).write(firstJournal, commit);
    deleteJournals(state.root(), firstJournal);
  }

  static Path batches(Path root) {
    return root.resolve("batches.jsonl");
  }

  private boolean force(Set<String> touched) throws IOException {
    Set<Path> directories = new HashSet<>();
    for (String path : touched) {
      if (hurried && System.nanoTime() - deadline > 0) {
        return false;
      }
      Path file = state.root().resolve(path);
      try {
        Disk.force(file);
      } catch (NoSuchFileException e) {
        // Deleted since; that is for the directory to remember.
      }
      Path above = file.getParent();
      while (above != null && above.startsWith(state.root()) && directories.add(above)) {
        above = above.getParent();
      }
    }
    for (Path directory : directories) {
      if (Files.isDirectory(directory)) {
        Disk.force(directory);
      }
    }
    return true;
  }

  /** In ascending order, so that what a crash leaves has no gap. */
  static void deleteJournals(Path root, long before) throws IOException {
    for (long number : Journal.numbers(root)) {
      if (number < before) {
        Files.deleteIfExists(Journal.file(root, number));
      }
    }
  }
}
