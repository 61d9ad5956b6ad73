package io.holdfast.migration.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Holdfast;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.copy.Summing;
import io.holdfast.migration.copy.Summing.Summed;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;

class EventsBehindTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Instant TIME = Instant.parse("2026-03-31T23:50:00Z");

  @TempDir private Path directory;
  private UnifiedStorage storage;

  @BeforeEach
  void open() {
    storage = value(Holdfast.open("file:" + directory.resolve("store")));
  }

  @AfterEach
  void close() {
    storage.close().block(PATIENCE);
  }

  private static <T> T value(Mono<T> mono) {
    return Objects.requireNonNull(mono.block(PATIENCE));
  }

  private void load(int from, int to) {
    List<RecordedEvent> events =
        IntStream.range(from, to)
            .mapToObj(
                n ->
                    new RecordedEvent(
                        new Position(Integer.toString(n)),
                        new JobId("job"),
                        n,
                        Event.of("t", Json.of("{\"n\":" + n + "}")).at(TIME.plusSeconds(n))))
            .toList();
    assertThat(value(storage.transfer(RecordedEvent.KIND).load(events))).isEqualTo(to - from);
  }

  private Summed sumAtOnce() {
    return value(
        new Summing(new StorageSource(storage, true), new Batches(7, 1_000))
            .sum(RecordedEvent.KIND, Progress.Task.SILENT));
  }

  @Test
  void reads_what_comes_while_it_reads_and_ends_once_all_is_there() throws Exception {
    load(1, 1_001);
    CountDownLatch idle = new CountDownLatch(5);
    EventsBehind behind =
        new EventsBehind(query -> storage.events().read(query).doOnComplete(idle::countDown), 400);

    var sum = behind.sum().toFuture();
    load(1_001, 1_501);
    assertThat(idle.await(30, TimeUnit.SECONDS)).as("it looks again and again").isTrue();
    assertThat(sum).as("more may come").isNotDone();
    load(1_501, 1_600);
    behind.copied();

    Summed summed = sum.get(30, TimeUnit.SECONDS);
    assertThat(summed.sum()).isEqualTo(sumAtOnce().sum());
    assertThat(summed.sum().records()).isEqualTo(1_599);
    assertThat(summed.took()).isLessThan(PATIENCE);
  }

  @Test
  void what_has_no_events_has_a_sum_too() {
    EventsBehind behind = new EventsBehind(storage.events()::read, 400);
    behind.copied();

    assertThat(value(behind.sum()).sum()).isEqualTo(sumAtOnce().sum());
  }

  @Test
  void a_number_of_events_that_fills_its_passes_is_read_to_the_end() {
    load(1, 801);
    EventsBehind behind = new EventsBehind(storage.events()::read, 400);
    behind.copied();

    assertThat(value(behind.sum()).sum().records()).isEqualTo(800);
  }
}
