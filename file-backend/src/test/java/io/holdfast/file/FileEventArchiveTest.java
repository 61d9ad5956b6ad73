package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.contract.Await;
import io.holdfast.event.ArchivedMonth;
import io.holdfast.event.Event;
import io.holdfast.event.EventArchive;
import io.holdfast.event.EventArchive.Range;
import io.holdfast.event.EventArchiveProvider;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;

/** Months in a directory, compressed. */
class FileEventArchiveTest {

  private static final YearMonth MAY = YearMonth.of(2024, 5);
  private static final int EVENTS = 12_000;

  @TempDir private Path directory;

  private EventArchive archive(String store) {
    String url = "file:" + directory;
    return EventArchiveProvider.of(url).open(url, store);
  }

  /** Positions with holes; about 4 MiB of lines. */
  private static List<RecordedEvent> events() {
    return IntStream.range(0, EVENTS)
        .mapToObj(
            n ->
                new RecordedEvent(
                    new Position(Integer.toString(10 + 3 * n)),
                    new JobId("job-" + n % 50),
                    1 + n / 50,
                    Event.of(
                            "t" + n % 3,
                            Json.of("{\"n\":" + n + ",\"s\":\"" + "x".repeat(n % 200) + "\"}"))
                        .at(Instant.parse("2024-05-07T00:00:00Z").plusSeconds(n))))
        .toList();
  }

  private static List<RecordedEvent> read(EventArchive archive, ArchivedMonth month, Range range) {
    return Await.all(archive.read(month, range));
  }

  private ArchivedMonth write(EventArchive archive) {
    return Await.value(archive.write(MAY, Flux.fromIterable(events())));
  }

  private Path file(String ending) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(ending)).findFirst().orElseThrow();
    }
  }

  @Test
  void gives_back_what_was_written_in_any_range_and_direction() {
    EventArchive archive = archive("s");
    ArchivedMonth month = write(archive);
    List<RecordedEvent> all = events();
    List<RecordedEvent> reversed = new ArrayList<>(all);
    Collections.reverse(reversed);

    assertThat(month.events()).isEqualTo(EVENTS);
    assertThat(month.first()).isEqualTo(new Position("10"));
    assertThat(read(archive, month, Range.ALL)).isEqualTo(all);
    assertThat(read(archive, month, new Range(EventFilter.all(), null, null, true)))
        .isEqualTo(reversed);
    for (int from : List.of(0, 1, 4_999, EVENTS - 2)) {
      Range middle =
          new Range(
              EventFilter.all(),
              all.get(from).position(),
              new Position(Integer.toString(10 + 3 * (from + 100) + 1)),
              false);
      assertThat(read(archive, month, middle))
          .isEqualTo(all.subList(from + 1, Math.min(EVENTS, from + 101)));
      Range back = new Range(EventFilter.all(), middle.after(), middle.upTo(), true);
      assertThat(read(archive, month, back))
          .hasSameSizeAs(read(archive, month, middle))
          .doesNotHaveDuplicates();
    }
    assertThat(
            read(archive, month, new Range(EventFilter.job(new JobId("job-7")), null, null, false)))
        .hasSize(EVENTS / 50)
        .allMatch(event -> event.job().equals(new JobId("job-7")));
    assertThat(Await.all(archive("s").list())).containsExactly(month);
    assertThat(read(archive("s"), month, Range.ALL)).isEqualTo(all);
    assertThat(month.bytes()).as("compressed").isLessThan(EVENTS * 100L);
  }

  @Test
  void is_kept_apart_from_another_store() {
    ArchivedMonth month = write(archive("s"));

    assertThat(Await.all(archive("t").list())).isEmpty();
    Await.failure(NotFoundException.class, archive("t").read(month, Range.ALL));
  }

  @Test
  void a_flipped_byte_is_reported_with_file_and_place() throws IOException {
    ArchivedMonth month = write(archive("s"));
    Path data = file(".jsonl.zst");
    byte[] bytes = Files.readAllBytes(data);

    for (int at : List.of(0, 9, bytes.length / 2, bytes.length - 1)) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 0x10;
      Files.write(data, damaged);

      CorruptDataException failure =
          Await.failure(CorruptDataException.class, archive("s").read(month, Range.ALL));
      assertThat(failure.where()).contains(data.toString(), "frame", "at byte");
    }
  }

  @Test
  void a_cut_or_missing_file_is_reported() throws IOException {
    ArchivedMonth month = write(archive("s"));
    Path data = file(".jsonl.zst");
    byte[] bytes = Files.readAllBytes(data);
    Files.write(data, Arrays.copyOf(bytes, bytes.length - 1));
    assertThat(
            Await.failure(CorruptDataException.class, archive("s").read(month, Range.ALL)).where())
        .contains(data.toString());

    Files.delete(data);

    assertThat(Await.failure(CorruptDataException.class, archive("s").read(month, Range.ALL)))
        .hasMessageContaining("missing");
  }

  @Test
  void a_damaged_manifest_is_reported() throws IOException {
    ArchivedMonth month = write(archive("s"));
    Path manifest = file(".manifest.jsonl");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(manifest, bytes);

    assertThat(
            Await.failure(CorruptDataException.class, archive("s").read(month, Range.ALL)).where())
        .contains(manifest.toString());
    assertThat(Await.failure(CorruptDataException.class, archive("s").list()).where())
        .contains(manifest.toString());
  }

  @Test
  void what_was_broken_off_does_not_count_and_goes_with_the_next_write() throws IOException {
    EventArchive archive = archive("s");
    Await.failure(
        IllegalStateException.class,
        archive.write(
            MAY,
            Flux.fromIterable(events())
                .take(5_000)
                .concatWith(Flux.error(new IllegalStateException("gone")))));
    Files.createDirectories(directory.resolve("s"));
    Files.writeString(directory.resolve("s/2024-05.x.unfinished"), "killed");

    assertThat(Await.all(archive.list())).isEmpty();
    assertThat(write(archive).events()).isEqualTo(EVENTS);

    try (Stream<Path> files = Files.list(directory.resolve("s"))) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void refuses_events_of_another_month_or_order_and_none_at_all() {
    EventArchive archive = archive("s");
    List<RecordedEvent> two = events().subList(0, 2);

    Await.failure(InvalidInputException.class, archive.write(MAY, Flux.empty()));
    Await.failure(
        InvalidInputException.class, archive.write(MAY.plusMonths(1), Flux.fromIterable(two)));
    Await.failure(
        InvalidInputException.class, archive.write(MAY, Flux.just(two.get(1), two.get(0))));
    assertThat(Await.all(archive.list())).isEmpty();
  }

  @Test
  void a_directory_that_is_not_there_is_reported_before_anything_is_deleted() {
    EventArchive archive = archive("s");
    Await.failure(UnavailableException.class, archive.check());
    ArchivedMonth month = write(archive);

    Await.done(archive.check());
    Await.failure(UnavailableException.class, archive("elsewhere").delete(month));
    assertThat(read(archive, month, Range.ALL)).hasSize(EVENTS);
  }

  @Test
  void forgets_a_month_that_is_deleted() {
    EventArchive archive = archive("s");
    ArchivedMonth month = write(archive);

    Await.done(archive.delete(month));
    Await.done(archive.delete(month));

    assertThat(Await.all(archive.list())).isEmpty();
    Await.failure(NotFoundException.class, archive.read(month, Range.ALL));
  }
}
