package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

/** Kills a writing process again and again, and compares what is there with what was promised. */
class WriterCrashTest {

  private static final int KILLS = 50;
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());
  private final Random random = new Random(seed);
  private final Map<String, Long> acknowledged = new HashMap<>();
  private int unseenKills;

  @TempDir private Path directory;

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void what_was_acknowledged_survives_being_killed_at_any_moment() throws Exception {
    for (int kill = 1; kill <= KILLS; kill++) {
      writeAndKill();
      unseenKills++;
      // Now and then it is the next writer that recovers, and may be killed while it does.
      if (random.nextInt(3) > 0 || kill == KILLS) {
        compare("seed " + seed + ", after kill " + kill);
        unseenKills = 0;
      }
    }
    assertThat(acknowledged.values()).as("seed %s: something was written", seed).hasSize(7);
    assertThat(acknowledged.get(CrashWriter.TRANSACTION)).isGreaterThan(KILLS);
    System.out.println(getClass().getSimpleName() + " acknowledged " + acknowledged);
  }

  private void writeAndKill() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    boolean whileOpening = random.nextInt(8) == 0;
    int delay = random.nextInt(1_000);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      if (!whileOpening) {
        take(lines.readLine());
      }
      AtomicBoolean killed = new AtomicBoolean();
      Thread killer =
          new Thread(
              () -> {
                sleep(delay);
                // Process#destroyForcibly would close the output before it is read.
                killed.set(process.toHandle().destroyForcibly());
              });
      killer.start();
      String line = lines.readLine();
      while (line != null) {
        take(line);
        line = lines.readLine();
      }
      killer.join();
      assertThat(killed).as("seed %s: the writer was there to be killed", seed).isTrue();
    }
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue())
        .as("seed %s: the writer was killed, and did not fail", seed)
        .isEqualTo(128 + 9);
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(String line) {
    assertThat(line).as("seed %s: the writer opened the storage", seed).isNotNull();
    String[] parts = line.split(" ", -1);
    // The last line may be half there.
    if (parts.length == 2 && !parts[0].equals(CrashWriter.READY) && !parts[1].isEmpty()) {
      acknowledged.merge(parts[0], Long.valueOf(parts[1]), Math::max);
    }
  }

  private void compare(String when) {
    UnifiedStorage storage = FreshDirectory.open(directory);
    try {
      CrashWriter.JOBS.forEach(job -> compareJob(storage, job, when));
      long session = value(CrashWriter.sessionNumber(storage, CrashWriter.SESSION));
      requireKept(CrashWriter.SESSION, session, when);
      requireKept(CrashWriter.WORKFLOW, checkpoint(storage, CrashWriter.WORKFLOW), when);
      compareTransactions(storage, when);
    } finally {
      FreshDirectory.close(storage);
    }
  }

  @CanIgnoreReturnValue
  private long compareJob(UnifiedStorage storage, String job, String when) {
    List<RecordedEvent> events =
        value(
            storage
                .events()
                .read(EventQuery.job(new JobId(job)).limit(EventQuery.LIMIT_MAX))
                .collectList());
    requireKept(job, events.size(), when);
    List<Long> numbers = new ArrayList<>();
    events.forEach(event -> numbers.add(event.data().tree().get("n").longValue()));
    for (int i = 0; i < events.size(); i++) {
      assertThat(events.get(i).version()).as("%s: %s without holes", when, job).isEqualTo(i + 1L);
      assertThat(numbers.get(i)).as("%s: %s in order", when, job).isEqualTo(i + 1L);
    }
    return events.size();
  }

  /** All of a transaction is there, or nothing. */
  private void compareTransactions(UnifiedStorage storage, String when) {
    String name = CrashWriter.TRANSACTION;
    long number = compareJob(storage, name, when);
    assertThat(value(CrashWriter.sessionNumber(storage, name))).as(when).isEqualTo(number);
    assertThat(checkpoint(storage, name)).as(when).isEqualTo(number);
    for (long mark = Math.max(1, number - 3); mark <= number + 3; mark++) {
      SessionId id = new SessionId(CrashWriter.mark(mark));
      assertThat(value(storage.sessions().find(id).hasElement()))
          .as("%s: mark %s of %s", when, mark, number)
          .isEqualTo(mark == number);
    }
    long events = value(storage.events().count(EventFilter.job(new JobId(name))));
    assertThat(events).as(when).isEqualTo(number);
  }

  /** At each kill one write may have been kept whose acknowledgement never arrived. */
  private void requireKept(String name, long there, String when) {
    long promised = acknowledged.getOrDefault(name, 0L);
    assertThat(there).as("%s: %s", when, name).isBetween(promised, promised + unseenKills);
    // What has been seen must not go away any more.
    acknowledged.put(name, there);
  }

  private static long checkpoint(UnifiedStorage storage, String workflow) {
    return value(
        storage
            .checkpoints()
            .findLatest(new WorkflowId(workflow))
            .map(saved -> saved.version())
            .defaultIfEmpty(0L));
  }

  private static <T> T value(Mono<T> publisher) {
    T value = publisher.block(LIMIT);
    assertThat(value).isNotNull();
    return value;
  }
}
