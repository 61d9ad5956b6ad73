package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.file.FileConfiguration.Access;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Months that leave: what is lost, broken off or done at once must not take events with it. */
class MonthsOnDiskTest {

  private static final YearMonth JANUARY = YearMonth.of(2022, 1);
  private static final YearMonth FEBRUARY = YearMonth.of(2022, 2);
  private static final JobId JOB = new JobId("job");

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  @TempDir private Path scratch;

  private static void append(UnifiedStorage storage, YearMonth month, int count) {
    List<Event> events =
        IntStream.range(0, count)
            .mapToObj(
                n ->
                    Event.of("t", Json.EMPTY)
                        .at(month.atDay(3).atStartOfDay().toInstant(ZoneOffset.UTC)))
            .toList();
    Await.done(storage.events().append(JOB, ExpectedVersion.any(), events));
  }

  private static EventMonths months(UnifiedStorage storage) {
    return storage.events().months();
  }

  private static List<Long> versions(UnifiedStorage storage) {
    return Await.all(storage.events().read(EventQuery.forward(EventFilter.all()))).stream()
        .map(RecordedEvent::version)
        .toList();
  }

  private static List<Path> archive(Path directory) throws IOException {
    return Directories.files(directory).stream()
        .filter(file -> file.startsWith(directory.resolve("archive")))
        .toList();
  }

  private UnifiedStorage reader() {
    return FreshDirectory.open(FileConfiguration.builder(live.path()).access(Access.READ).build());
  }

  /** Two events of January, archived, and two of February. */
  private void archiveJanuary() {
    append(live.storage(), JANUARY, 2);
    append(live.storage(), FEBRUARY, 2);
    Await.done(months(live.storage()).archive(JANUARY, Removal.CHECKED));
  }

  @Test
  void without_the_note_of_months_nothing_of_the_archive_is_touched() throws IOException {
    archiveJanuary();
    live.close();
    List<Path> before = archive(live.path());
    Path note = GoneMonths.file(live.path());
    byte[] noted = Files.readAllBytes(note);
    Files.delete(note);

    assertThatThrownBy(() -> FreshDirectory.open(live.path()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("months.jsonl");
    assertThatThrownBy(this::reader)
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("months.jsonl");

    assertThat(archive(live.path())).isEqualTo(before).hasSize(2);
    Files.write(note, noted);
    assertThat(versions(live.reopen())).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void an_older_note_of_months_takes_nothing_from_the_archive() throws IOException {
    archiveJanuary();
    byte[] older = Files.readAllBytes(GoneMonths.file(live.path()));
    Await.done(months(live.storage()).archive(FEBRUARY, Removal.CHECKED));
    live.close();
    List<Path> before = archive(live.path());
    Files.write(GoneMonths.file(live.path()), older);

    live.reopen();

    assertThat(archive(live.path())).isEqualTo(before).hasSize(4);
  }

  @Test
  void a_copy_that_was_never_noted_goes_while_the_month_is_there() throws IOException {
    append(live.storage(), JANUARY, 2);
    Path before = Directories.copy(live.path(), scratch.resolve("before"));
    Await.done(months(live.storage()).archive(JANUARY, Removal.CHECKED));
    Files.createDirectories(before.resolve("archive"));
    for (Path file : archive(live.path())) {
      Files.copy(file, before.resolve("archive").resolve(file.getFileName()));
    }
    Files.writeString(before.resolve("archive/2022-01.x.unfinished"), "killed");

    UnifiedStorage storage = FreshDirectory.open(before);

    assertThat(archive(before)).isEmpty();
    assertThat(versions(storage)).containsExactly(1L, 2L);
    Await.done(months(storage).archive(JANUARY, Removal.CHECKED));
    assertThat(versions(storage)).containsExactly(1L, 2L);
    FreshDirectory.close(storage);
  }

  @Test
  void files_of_an_archived_month_whose_drop_was_broken_off_go_at_the_next_opening()
      throws IOException {
    archiveJanuary();
    Path kept = Directories.copy(live.path().resolve("archive"), scratch.resolve("archive"));
    Await.done(months(live.storage()).drop(JANUARY, Removal.CHECKED));
    live.close();
    assertThat(archive(live.path())).isEmpty();
    for (Path file : Directories.files(kept)) {
      Files.copy(file, live.path().resolve("archive").resolve(file.getFileName()));
    }

    assertThat(versions(live.reopen())).containsExactly(3L, 4L);

    assertThat(archive(live.path())).isEmpty();
    append(live.storage(), JANUARY, 1);
    Await.done(months(live.storage()).archive(JANUARY, Removal.CHECKED));
    assertThat(versions(live.reopen())).containsExactly(3L, 4L, 5L);
  }

  @Test
  void a_copy_that_was_never_noted_goes_with_its_month() throws IOException {
    archiveJanuary();
    Path directory = live.path().resolve("archive");
    for (String ending : List.of(ArchivedSegment.DATA, ArchivedSegment.MANIFEST)) {
      Files.copy(
          directory.resolve("2022-01.1-2" + ending), directory.resolve("2022-01.1-1" + ending));
    }

    Await.done(months(live.storage()).drop(JANUARY, Removal.CHECKED));

    assertThat(archive(live.path())).isEmpty();
  }

  @Test
  void a_drop_without_the_directory_of_the_archive_is_refused_and_the_storage_goes_on()
      throws IOException {
    archiveJanuary();
    Path away = live.path().resolveSibling(live.path().getFileName() + "-away");
    Files.move(live.path().resolve("archive"), away);

    Await.failure(
        UnavailableException.class, months(live.storage()).drop(JANUARY, Removal.CHECKED));

    append(live.storage(), FEBRUARY, 1);
    Files.move(away, live.path().resolve("archive"));
    Await.done(months(live.storage()).drop(JANUARY, Removal.CHECKED));
    assertThat(versions(live.reopen())).containsExactly(3L, 4L, 5L);
    assertThat(archive(live.path())).isEmpty();
    Await.failure(NotFoundException.class, months(live.storage()).drop(JANUARY, Removal.CHECKED));
  }

  @Test
  void what_is_appended_behind_the_look_at_the_subscriptions_is_not_dropped_unread() {
    append(live.storage(), JANUARY, 2);
    Await.done(
        live.storage()
            .subscriptions()
            .create(
                new SubscriptionDefinition(
                    new SubscriptionName("billing"), EventFilter.all(), 1, new Position("2"))));
    FileConfiguration configuration = FileConfiguration.builder(live.path()).build();
    live.close();
    Disk disk = new Disk(live.path());
    Engine engine =
        Await.value(
            disk.run(
                () -> Writer.open(disk, configuration, new State(live.path(), Clock.systemUTC()))));
    FileEventJournal journal = new FileEventJournal(engine.scope(), engine.state());
    FileEventLog log = new FileEventLog(engine);
    Flux<Subscription> thenAppended =
        new FileSubscriptionStore(engine.scope(), journal)
            .list()
            .collectList()
            .flatMap(
                all ->
                    log.append(
                            JOB,
                            ExpectedVersion.any(),
                            List.of(
                                Event.of("late", Json.EMPTY)
                                    .at(JANUARY.atDay(9).atStartOfDay().toInstant(ZoneOffset.UTC))))
                        .thenReturn(all))
            .flatMapIterable(all -> all);

    ConflictException refused =
        Await.failure(
            ConflictException.class,
            new FileEventMonths(engine, thenAppended).drop(JANUARY, Removal.CHECKED));

    assertThat(refused).hasMessageContaining("billing");
    assertThat(Await.all(log.read(EventQuery.job(JOB)))).hasSize(3);
    Await.done(Mono.<Void>create(sink -> engine.close(sink::success)));
  }

  @Test
  void a_reading_process_goes_on_when_an_empty_month_leaves() {
    Await.done(months(live.storage()).create(JANUARY));
    append(live.storage(), FEBRUARY, 1);
    UnifiedStorage reader = reader();
    assertThat(versions(reader)).containsExactly(1L);

    Await.done(months(live.storage()).archive(JANUARY, Removal.CHECKED));
    append(live.storage(), FEBRUARY, 1);
    assertThat(versions(reader)).containsExactly(1L, 2L);

    append(live.storage(), JANUARY, 1);
    assertThat(versions(reader)).containsExactly(1L, 2L, 3L);
    FreshDirectory.close(reader);
  }

  @Test
  void a_reading_process_sees_what_came_right_before_a_month_was_archived() {
    append(live.storage(), JANUARY, 2);
    UnifiedStorage reader = reader();
    assertThat(versions(reader)).containsExactly(1L, 2L);

    append(live.storage(), JANUARY, 1);
    Await.done(months(live.storage()).archive(JANUARY, Removal.CHECKED));
    append(live.storage(), JANUARY, 1);

    EventQuery rest = EventQuery.forward(EventFilter.all()).from(new Position("2"));
    assertThat(Await.all(reader.events().read(rest)))
        .extracting(RecordedEvent::version)
        .containsExactly(3L, 4L);
    FreshDirectory.close(reader);
  }

  @Test
  void a_reading_process_does_not_pass_over_a_file_that_was_lost() throws IOException {
    append(live.storage(), JANUARY, 2);
    UnifiedStorage reader = reader();
    assertThat(versions(reader)).containsExactly(1L, 2L);
    try (Stream<Path> files = Files.list(live.path().resolve("events"))) {
      Files.delete(files.findFirst().orElseThrow());
    }
    append(live.storage(), FEBRUARY, 1);

    Await.failure(
        UnavailableException.class, reader.events().read(EventQuery.forward(EventFilter.all())));
    FreshDirectory.close(reader);
  }
}
