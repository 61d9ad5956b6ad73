package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Eight processes append as fast as they can for a minute, over jobs of their own and jobs they
 * share, while one subscriber follows. Run by {@code -Psoak}.
 */
@Tag("soak")
class OrderSoakIT {

  private static final Logger LOG = LoggerFactory.getLogger(OrderSoakIT.class);
  private static final int WRITERS = 8;
  private static final int SECONDS = Integer.getInteger("holdfast.soak.seconds", 60);
  private static final Duration PATIENCE = Duration.ofMinutes(15);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir Path files;

  @Test
  void a_subscriber_sees_each_event_of_eight_processes_once_and_in_order() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    Seen seen = new Seen();
    Mono<Seen> following =
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .doOnNext(seen::add)
            .takeUntil(event -> event.type().equals("end"))
            .then(Mono.just(seen));
    Mono<Long> writing =
        Mono.fromCallable(this::runWriters)
            .subscribeOn(Schedulers.boundedElastic())
            .flatMap(millis -> end(storage).thenReturn(millis));

    var both = Mono.zip(following, writing).block(PATIENCE);

    long[] acknowledged = acknowledged();
    LOG.info(
        "{} events by {} processes in {} s: {} a second, all seen once and in order",
        seen.count(),
        WRITERS,
        SECONDS,
        seen.count() / SECONDS);
    assertThat(acknowledged).as("the size of the test").hasSizeGreaterThan(300 * SECONDS);
    assertThat(seen.problems()).as("out of order, twice, or a hole in a job").isEmpty();
    long[] delivered = seen.positions();
    assertThat(
            LongStream.of(acknowledged)
                .filter(position -> Arrays.binarySearch(delivered, position) < 0))
        .as("acknowledged and never seen")
        .isEmpty();
    assertThat(storage.events().count(EventFilter.all()).block(PATIENCE))
        .as("stored and never seen")
        .isEqualTo(delivered.length);
    assertThat(both.getT2()).as("milliseconds of writing").isGreaterThanOrEqualTo(SECONDS * 1_000L);
  }

  private static Mono<?> end(UnifiedStorage storage) {
    return storage
        .events()
        .append(new JobId("the-end"), ExpectedVersion.none(), List.of(Event.of("end", Json.EMPTY)));
  }

  /** Starts all, waits for all, and leaves none behind. */
  private long runWriters() throws IOException, InterruptedException {
    long start = System.nanoTime();
    List<Process> writers = new ArrayList<>();
    try {
      for (int n = 0; n < WRITERS; n++) {
        writers.add(start(n));
      }
      for (Process writer : writers) {
        assertThat(writer.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(writer.exitValue()).as("a writer failed; see its output").isZero();
      }
      return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    } finally {
      writers.forEach(Process::destroyForcibly);
    }
  }

  private Process start(int n) throws IOException {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-cp",
            path,
            SoakWriter.class.getName(),
            SERVER.currentUrl() + "&connections=8",
            "writer-" + n,
            Integer.toString(SECONDS),
            file(n).toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  private Path file(int n) {
    return files.resolve("writer-" + n);
  }

  private long[] acknowledged() throws IOException {
    LongStream all = LongStream.empty();
    for (int n = 0; n < WRITERS; n++) {
      var longs = ByteBuffer.wrap(Files.readAllBytes(file(n))).asLongBuffer();
      long[] positions = new long[longs.remaining()];
      longs.get(positions);
      all = LongStream.concat(all, LongStream.of(positions));
    }
    return all.toArray();
  }

  /** What the subscriber has seen, checked as it comes. */
  private static final class Seen {

    private static final int PROBLEMS_MAX = 20;

    private final Map<JobId, Long> versions = new HashMap<>();
    private final List<String> problems = new ArrayList<>();
    private long[] positions = new long[1 << 20];
    private int count;

    void add(RecordedEvent event) {
      long position = Positions.number(event.position());
      if (count > 0 && position <= positions[count - 1]) {
        problem("position " + position + " after " + positions[count - 1]);
      }
      long before = versions.getOrDefault(event.job(), 0L);
      if (event.version() != before + 1) {
        problem(event.job() + " at " + event.version() + " after " + before);
      }
      versions.put(event.job(), event.version());
      if (count == positions.length) {
        positions = Arrays.copyOf(positions, 2 * count);
      }
      positions[count++] = position;
    }

    private void problem(String what) {
      if (problems.size() < PROBLEMS_MAX) {
        problems.add(what);
      }
    }

    int count() {
      return count;
    }

    List<String> problems() {
      return problems;
    }

    long[] positions() {
      return Arrays.copyOf(positions, count);
    }
  }
}
