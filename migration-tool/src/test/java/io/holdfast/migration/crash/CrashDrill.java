package io.holdfast.migration.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs an orchestrator, kills it again and again while it works, and lets the last one complete the
 * run.
 */
final class CrashDrill {

  private static final Duration PROCESS_LIMIT = Duration.ofMinutes(3);

  /** A kill comes this much later than the checkpoint that it waits for: anywhere in a step. */
  private static final int DELAY_MICROS_MAX = 20_000;

  private final Run run;
  private final String url;
  private final Path directory;
  private final long seed;
  private final Random random;

  /** The checkpoint that was seen last. */
  private long seen;

  /** Steps that were committed, and whose process was killed before it could say so. */
  private int unseen;

  private int processes;

  CrashDrill(Run run, String url, Path directory, long seed) {
    this.run = run;
    this.url = url;
    this.directory = directory;
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Kills it {@code kills} times; what was seen of that. */
  String run(int kills) throws IOException, InterruptedException {
    long steps = run.items().mapToLong(Item::attempts).sum();
    for (int left = kills; left > 0; left--) {
      // All over the run, and something is always left to do for the next process.
      long most = (steps - seen) / (left + 1);
      workAndKill(1 + random.nextInt((int) most));
    }
    long before = seen;
    complete();
    return "%d kills, the last one behind step %d of %d; %d steps committed and not heard of"
        .formatted(kills, before, seen, unseen);
  }

  private void workAndKill(int steps) throws IOException, InterruptedException {
    int delayMicros = random.nextInt(DELAY_MICROS_MAX);
    try (OrchestratorProcess process = start()) {
      requireAllFound(process);
      long found = seen;
      while (seen < found + steps) {
        requireNext(next(process));
      }
      TimeUnit.MICROSECONDS.sleep(delayMicros);
      process.kill();
      readToEnd(process);
      assertThat(process.wasKilled()).as("seed %s: there was work left", seed).isTrue();
    }
  }

  private void complete() throws IOException, InterruptedException {
    try (OrchestratorProcess process = start()) {
      requireAllFound(process);
      readToEnd(process);
      assertThat(process.wasKilled()).as("seed %s: the last one completes", seed).isFalse();
    }
  }

  private OrchestratorProcess start() throws IOException {
    Path log = directory.resolve("orchestrator-" + ++processes);
    return OrchestratorProcess.start(run, url, log, PROCESS_LIMIT);
  }

  /** What was acknowledged is there, and at most the one step that was under way. */
  private void requireAllFound(OrchestratorProcess process)
      throws IOException, InterruptedException {
    long found = next(process);
    assertThat(found).as("seed %s: found by process %s", seed, processes).isBetween(seen, seen + 1);
    unseen += (int) (found - seen);
    seen = found;
  }

  private long next(OrchestratorProcess process) throws IOException, InterruptedException {
    OptionalLong version = process.nextCheckpoint();
    if (version.isEmpty()) {
      throw new AssertionError(
          "seed %s: process %s ended at step %s, %s"
              .formatted(
                  seed, processes, seen, process.wasKilled() ? "it took too long" : "completed"));
    }
    return version.getAsLong();
  }

  private void readToEnd(OrchestratorProcess process) throws IOException {
    OptionalLong version = process.nextCheckpoint();
    while (version.isPresent()) {
      requireNext(version.getAsLong());
      version = process.nextCheckpoint();
    }
  }

  private void requireNext(long version) {
    assertThat(version).as("seed %s: the step after the one before", seed).isEqualTo(seen + 1);
    seen = version;
  }
}
