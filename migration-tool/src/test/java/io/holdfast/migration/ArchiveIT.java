package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Months of a database, archived in files by the command line. */
class ArchiveIT {

  private static final YearMonth MARCH = YearMonth.of(2023, 3);
  private static final int EVENTS = 15_000;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;

  private String url() {
    return SERVER.currentUrl().replaceAll("&archive=[^&]*", "") + "&archive=file:" + directory;
  }

  private static Instant time(int n) {
    return MARCH.plusMonths(n % 3).atDay(1 + n % 28).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  private UnifiedStorage filled() {
    UnifiedStorage storage = SERVER.open(url());
    Await.done(
        storage
            .events()
            .appendAll(
                Flux.range(0, EVENTS)
                    .map(
                        n ->
                            new JobEvent(
                                new JobId("job-" + n % 40),
                                Event.of("t" + n % 4, Json.of("{\"n\":" + n + "}")).at(time(n))))));
    return storage;
  }

  private static List<RecordedEvent> read(UnifiedStorage storage, EventQuery query) {
    return Await.all(storage.events().read(query.limit(100_000)));
  }

  @Test
  void events_are_read_from_the_files_as_they_were_from_the_table() throws IOException {
    UnifiedStorage storage = filled();
    EventFilter filter = EventFilter.all().withTypes("t1", "t2");
    List<RecordedEvent> all = read(storage, EventQuery.forward(EventFilter.all()));
    List<RecordedEvent> backward = read(storage, EventQuery.backward(filter));
    List<RecordedEvent> job = read(storage, EventQuery.job(new JobId("job-7")));

    Result archived =
        run("partitions", "archive", "--storage", url(), "--older-than", "90d", "--yes");

    assertThat(archived.exitCode()).as(archived.err()).isZero();
    assertThat(archived.out()).contains("2023-03  archived", "2023-04  archived", "2023-05");
    assertThat(succeed("partitions", "list", "--storage", url()).out())
        .contains("2023-03  archived             5,000");
    try (Stream<Path> files = Files.walk(directory)) {
      assertThat(files.filter(file -> file.toString().endsWith(".jsonl.zst"))).hasSize(3);
    }
    assertThat(read(storage, EventQuery.forward(EventFilter.all()))).isEqualTo(all);
    assertThat(read(storage, EventQuery.backward(filter))).isEqualTo(backward);
    assertThat(read(storage, EventQuery.job(new JobId("job-7")))).isEqualTo(job);
    assertThat(
            Await.all(
                storage.events().subscribe(EventFilter.all(), StartFrom.beginning()).take(EVENTS)))
        .isEqualTo(all);
    String files = "file:" + directory.resolve("copy");
    assertThat(succeed("migrate", "--from", url(), "--to", files).out())
        .contains("Identical: 15,000 records");
  }

  @Test
  void a_flipped_byte_names_the_file_and_the_place() throws IOException {
    UnifiedStorage storage = filled();
    succeed("partitions", "archive", "--storage", url(), "--month", "2023-04", "--yes");
    Path data;
    try (Stream<Path> files = Files.walk(directory)) {
      data = files.filter(file -> file.toString().endsWith(".zst")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(data);
    bytes[bytes.length / 2] ^= 1;
    Files.write(data, bytes);

    CorruptDataException failure =
        Await.failure(
            CorruptDataException.class,
            storage.events().read(EventQuery.forward(EventFilter.all()).limit(100_000)));

    assertThat(failure.where()).contains(data.toString(), "at byte");
  }

  @Test
  void without_the_setting_the_command_says_what_is_missing() {
    String without = SERVER.currentUrl().replaceAll("&archive=[^&]*", "");
    Await.done(filled().health());

    Result refused =
        run("partitions", "archive", "--storage", without, "--month", "2023-04", "--yes");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("open the storage with archive=file:DIRECTORY");
  }
}
