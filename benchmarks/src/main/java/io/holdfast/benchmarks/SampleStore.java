package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * A directory as an orchestrator has filled it in half a year.
 *
 * @param events of about 300 bytes, over 1,000 jobs and six months
 * @param checkpoints of about 2,000 bytes
 * @param letters of about 500 bytes
 * @param sessions of about 500 bytes
 */
record SampleStore(int events, int checkpoints, int letters, int sessions) {

  private static final int BATCH = 2_000;
  private static final int MONTHS = 6;
  private static final int VERSIONS = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final Instant BEGIN = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration HALF_A_YEAR = Duration.ofDays(181);

  /** How many records there are. */
  long records() {
    return (long) events + checkpoints + letters + sessions;
  }

  /** Makes it. */
  void write(Path directory) {
    UnifiedStorage storage = Holdfast.open("file:" + directory).blockOptional().orElseThrow();
    try {
      load(storage, Session.KIND, sessions, this::session);
      load(storage, Checkpoint.KIND, checkpoints, this::checkpoint);
      load(storage, DeadLetter.KIND, letters, n -> SampleLetters.letter(n, BEGIN));
      load(storage, RecordedEvent.KIND, events, this::event);
    } finally {
      storage.close().block(PATIENCE);
    }
    settle(directory);
  }

  /** Closing does not wait for long: what it left in the journals is done while it is open. */
  private static void settle(Path directory) {
    UnifiedStorage storage = Holdfast.open("file:" + directory).blockOptional().orElseThrow();
    try {
      long before = System.nanoTime();
      while (journalBytes(directory) > 0) {
        if (System.nanoTime() - before > PATIENCE.toNanos()) {
          throw new IllegalStateException("The store does not come to rest");
        }
        Thread.sleep(200);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      storage.close().block(PATIENCE);
    }
  }

  private static long journalBytes(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("journal-"))
          .mapToLong(file -> file.toFile().length())
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static <R> void load(
      UnifiedStorage storage, RecordKind<R> kind, int count, IntFunction<R> record) {
    RecordTransfer<R> transfer = storage.transfer(kind);
    Long loaded =
        Flux.range(0, count)
            .map(record::apply)
            .buffer(BATCH)
            .map(batch -> batch.stream().sorted(kind.order()).toList())
            .concatMap(transfer::load, 1)
            .reduce(0L, Long::sum)
            .block(PATIENCE);
    if (loaded == null || loaded != count) {
      throw new IllegalStateException("Of " + count + " " + kind.name() + ", written: " + loaded);
    }
  }

  /** Event {@code n} as it was appended. */
  JobEvent jobEvent(int n) {
    return SampleEvents.event(n, BEGIN.plus(HALF_A_YEAR.multipliedBy(n).dividedBy(events)));
  }

  /** With positions and versions from 1 on, so that others can follow them. */
  List<RecordedEvent> oneEventOfEachMonth() {
    return IntStream.rangeClosed(1, MONTHS)
        .mapToObj(
            month ->
                new RecordedEvent(
                    new Position(Integer.toString(month)),
                    new JobId("months"),
                    month,
                    SampleEvents.event(
                            month, BEGIN.atOffset(ZoneOffset.UTC).plusMonths(month - 1).toInstant())
                        .event()))
        .toList();
  }

  private RecordedEvent event(int n) {
    JobEvent event = jobEvent(n);
    return new RecordedEvent(
        new Position(Integer.toString(n + 1)),
        event.job(),
        1 + n / SampleEvents.JOBS,
        event.event());
  }

  private Checkpoint checkpoint(int n) {
    return new Checkpoint(
        new WorkflowId(name("workflow", n / VERSIONS)),
        1 + n % VERSIONS,
        BEGIN.plusSeconds(n),
        CheckpointContent.of(SampleDocuments.text(n, SampleDocuments.STATE)));
  }

  private Session session(int n) {
    return new Session(
        new SessionId(name("session", n)),
        3,
        SessionState.RUNNING,
        new SessionDetails(
            "workflow",
            "repository",
            null,
            new Progress(n % 100, 100),
            SampleDocuments.data(n),
            null),
        new SessionTiming(BEGIN.plusSeconds(n), BEGIN.plusSeconds(n + 1), null));
  }

  private static String name(String what, int n) {
    return String.format(Locale.ROOT, "%s-%07d", what, n);
  }
}
