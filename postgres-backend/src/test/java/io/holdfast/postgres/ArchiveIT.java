package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.subscription.SubscriptionStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Archiving that is broken off, damaged, done at once, and not within reach. */
class ArchiveIT {

  private static final YearMonth JANUARY = YearMonth.of(2022, 1);
  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static MemoryArchive place() {
    return MemoryArchiveProvider.at(
        Objects.requireNonNull(PostgresUrl.parse(SERVER.currentUrl()).archive()).url());
  }

  @Test
  void broken_off_anywhere_it_is_done_by_doing_it_again() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 300);
    List<RecordedEvent> all = read(storage);

    for (int events : List.of(0, 1, 37, 99, 100, 101, 160, 199)) {
      place().breakAfter(events);
      Await.failure(UnavailableException.class, archive(storage, JANUARY));
      place().breakAfter(Long.MAX_VALUE);
      assertThat(read(storage)).as("after %d events", events).isEqualTo(all);
      Await.done(append(storage, List.of(eventOf(JANUARY.plusMonths(1)))));
      all = read(storage);
    }

    assertThat(Await.value(archive(storage, JANUARY)).state()).isEqualTo(EventMonth.State.ARCHIVED);
    assertThat(read(storage)).isEqualTo(all);
  }

  @Test
  void what_does_not_come_back_as_it_was_written_stays_in_the_table() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    List<RecordedEvent> all = read(storage);
    place().damageWrites(true);

    CorruptDataException damaged =
        Await.failure(CorruptDataException.class, archive(storage, JANUARY));

    place().damageWrites(false);
    assertThat(damaged).hasMessageContaining("2022-01").hasMessageContaining("memory:");
    assertThat(states(storage, JANUARY)).containsExactly(EventMonth.State.LIVE);
    assertThat(read(storage)).isEqualTo(all);
  }

  @Test
  void a_month_that_cannot_leave_yet_is_read_once_and_counted_once() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 300);
    List<RecordedEvent> all = read(storage);
    try (Connection reader = openReader()) {
      Await.done(archive(storage, JANUARY).timeout(Duration.ofSeconds(4), Mono.empty()));
      assertThat(states(storage, JANUARY))
          .as("copied, sealed and on its way out, but somebody still uses the events")
          .contains(EventMonth.State.ARCHIVED)
          .hasSize(2);
      assertThat(read(storage)).isEqualTo(all);
      assertThat(Await.value(storage.events().count(EventFilter.all()))).isEqualTo(300);
      assertThat(Await.value(storage.events().stats(JOB)).total()).isEqualTo(300);
      reader.rollback();
    }

    Await.done(append(storage, List.of(eventOf(JANUARY))));
    assertThat(read(storage)).hasSize(301).startsWith(all.toArray(RecordedEvent[]::new));
    assertThat(Await.value(archive(storage, JANUARY)).events()).isEqualTo(101);

    assertThat(states(storage, JANUARY)).containsOnly(EventMonth.State.ARCHIVED);
    assertThat(read(storage)).hasSize(301);
    assertThat(Await.value(storage.events().count(EventFilter.all()))).isEqualTo(301);
  }

  @Test
  void a_seal_that_was_left_over_keeps_no_append_away() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 3);
    execute(
        "CREATE TRIGGER month_sealed BEFORE INSERT ON events_2022_01"
            + " FOR EACH ROW EXECUTE FUNCTION refuse_event()");

    Await.done(append(storage, List.of(eventOf(JANUARY))));
    Await.done(storage.events().appendAll(Flux.just(new JobEvent(JOB, eventOf(JANUARY)))));

    assertThat(read(storage)).hasSize(5);
  }

  @Test
  void without_the_archive_the_lag_of_a_subscription_that_needs_it_is_unknown() {
    fill(SERVER.storage(), 30);
    Await.done(archive(SERVER.storage(), JANUARY));
    UnifiedStorage storage = SERVER.open(SERVER.currentUrl().replaceAll("&archive=[^&]*", ""));
    SubscriptionName name = new SubscriptionName("behind");
    EventFilter filter = EventFilter.job(JOB);
    Await.done(
        storage
            .subscriptions()
            .create(new SubscriptionDefinition(name, filter, 4, Position.BEGINNING)));

    Await.failure(NotFoundException.class, storage.subscriptions().lag(name));

    SubscriptionStatus status = Await.value(storage.subscription("behind").status());
    assertThat(status.subscription().name()).isEqualTo(name);
    assertThat(status.lag()).isNull();
  }

  @Test
  void without_the_archive_a_read_that_needs_it_says_so_and_others_go_on() {
    fill(SERVER.storage(), 30);
    Await.done(archive(SERVER.storage(), JANUARY));
    RecordedEvent last = read(SERVER.storage()).get(29);
    UnifiedStorage storage = withoutArchive();

    NotFoundException missing =
        Await.failure(
            NotFoundException.class, storage.events().read(EventQuery.forward(EventFilter.all())));
    assertThat(missing).hasMessageContaining("2022-01").hasMessageContaining("archive");
    Await.failure(
        NotFoundException.class,
        storage.events().subscribe(EventFilter.all(), StartFrom.beginning()));
    Await.failure(NotFoundException.class, storage.events().count(EventFilter.job(JOB)));
    Await.failure(
        InvalidInputException.class,
        storage.events().months().archive(JANUARY.plusMonths(1), Removal.CHECKED));

    assertThat(Await.all(storage.events().read(EventQuery.backward(EventFilter.all()).limit(1))))
        .containsExactly(last);
    Await.done(append(storage, List.of(eventOf(JANUARY.plusMonths(5)))));
    assertThat(
            Await.all(
                storage
                    .events()
                    .subscribe(EventFilter.all(), StartFrom.after(last.position()))
                    .take(1)))
        .hasSize(1);
  }

  @Test
  void the_archive_is_left_alone_by_reads_that_do_not_need_it() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 300);
    JobId young = new JobId("young");
    Await.done(
        storage
            .events()
            .append(young, ExpectedVersion.none(), List.of(eventOf(JANUARY.plusMonths(2)))));
    Await.done(archive(storage, JANUARY));
    Await.done(archive(storage, JANUARY.plusMonths(1)));
    long before = place().eventsRead();

    assertThat(Await.all(storage.events().read(EventQuery.job(young)))).hasSize(1);
    assertThat(
            Await.all(
                storage
                    .events()
                    .read(
                        EventQuery.forward(
                                EventFilter.all()
                                    .within(
                                        JANUARY
                                            .plusMonths(2)
                                            .atDay(1)
                                            .atStartOfDay()
                                            .toInstant(ZoneOffset.UTC),
                                        null))
                            .limit(1_000))))
        .hasSize(101);

    assertThat(place().eventsRead()).isEqualTo(before);
  }

  @Test
  void numbers_need_the_archive_only_where_it_has_some_of_what_is_counted() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 300);
    JobId young = new JobId("young");
    Await.done(
        storage
            .events()
            .append(young, ExpectedVersion.none(), List.of(eventOf(JANUARY.plusMonths(2)))));
    Await.done(archive(storage, JANUARY));
    Await.done(archive(storage, JANUARY.plusMonths(1)));
    long before = place().eventsRead();

    for (UnifiedStorage each : List.of(storage, withoutArchive())) {
      assertThat(Await.value(each.events().stats(young)).total()).isEqualTo(1);
      assertThat(Await.value(each.events().stats(new JobId("nobody's"))).total()).isZero();
      assertThat(Await.value(each.events().count(EventFilter.job(young).withTypes("t"))))
          .isEqualTo(1);
      assertThat(
              Await.value(
                  each.events()
                      .count(EventFilter.all().within(startOf(JANUARY.plusMonths(2)), null))))
          .isEqualTo(101);
      assertThat(Await.value(each.events().count(EventFilter.all()))).isEqualTo(301);
    }

    assertThat(place().eventsRead()).isEqualTo(before);
    assertThat(Await.value(storage.events().stats(JOB)).total()).isEqualTo(300);
  }

  @Test
  void a_job_that_is_in_the_table_as_a_whole_needs_no_archive() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage, List.of(eventOf(JANUARY.plusMonths(1)))));
    Await.done(
        storage
            .events()
            .append(new JobId("other"), ExpectedVersion.none(), List.of(eventOf(JANUARY))));
    Await.done(archive(storage, JANUARY));

    assertThat(Await.value(withoutArchive().events().stats(JOB)).total()).isEqualTo(1);
    assertThat(Await.value(withoutArchive().events().count(EventFilter.job(JOB)))).isEqualTo(1);
  }

  private static UnifiedStorage withoutArchive() {
    return SERVER.open(SERVER.currentUrl().replaceAll("&archive=[^&]*", ""));
  }

  private static Instant startOf(YearMonth month) {
    return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** Repeated, because what it once lost it lost seldom: a month that came back while it left. */
  @RepeatedTest(5)
  void several_storages_archive_drop_and_make_months_under_load_and_nothing_is_lost() {
    List<UnifiedStorage> storages =
        IntStream.range(0, 3).mapToObj(n -> SERVER.open(SERVER.currentUrl())).toList();
    Mono<Set<Long>> acknowledged =
        Flux.range(0, 400)
            .flatMap(
                n ->
                    append(
                        storages.get(n % 3),
                        List.of(eventOf(JANUARY.plusMonths(n % 3)), Event.of("t", Json.EMPTY))),
                16)
            .flatMapIterable(AppendResult::events)
            .map(appended -> Long.valueOf(appended.position().value()))
            .collect(Collectors.toCollection(TreeSet::new));
    Mono<Long> archivings =
        Flux.range(0, 9)
            .flatMap(
                n ->
                    archive(storages.get(n % 3), JANUARY.plusMonths(n % 3))
                        .thenReturn(true)
                        .onErrorReturn(NotFoundException.class, false),
                2)
            .count();
    Mono<Long> drops =
        Flux.range(0, 6)
            .concatMap(
                n ->
                    storages
                        .get(n % 3)
                        .events()
                        .months()
                        .create(YearMonth.of(2018, 1 + n % 2))
                        .then(
                            storages
                                .get((n + 1) % 3)
                                .events()
                                .months()
                                .drop(YearMonth.of(2018, 1 + n % 2), Removal.CHECKED)))
            .count();
    Mono<List<RecordedEvent>> followed =
        storages
            .get(1)
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .take(800)
            .collectList();

    var all = Mono.zip(acknowledged, archivings, drops, followed).block(Duration.ofMinutes(2));

    assertThat(all.getT1()).hasSize(800);
    assertThat(positions(all.getT4())).containsExactlyElementsOf(all.getT1());
    assertThat(positions(read(storages.get(2)))).containsExactlyElementsOf(all.getT1());
  }

  private static List<Long> positions(List<RecordedEvent> events) {
    return events.stream().map(event -> Long.valueOf(event.position().value())).toList();
  }

  static Mono<EventMonth> archive(UnifiedStorage storage, YearMonth month) {
    return storage.events().months().archive(month, Removal.CHECKED);
  }

  /** Events of three months in turn, one append each ten. */
  static void fill(UnifiedStorage storage, int count) {
    Await.done(
        Flux.range(0, count)
            .map(n -> eventOf(JANUARY.plusMonths(n % 3)))
            .buffer(10)
            .concatMap(events -> append(storage, events)));
  }

  private static List<EventMonth.State> states(UnifiedStorage storage, YearMonth month) {
    return Await.all(storage.events().months().list()).stream()
        .filter(listed -> listed.month().equals(month))
        .map(EventMonth::state)
        .toList();
  }

  static List<RecordedEvent> read(UnifiedStorage storage) {
    return Await.all(storage.events().read(EventQuery.forward(EventFilter.all()).limit(1_000_000)));
  }

  private static Event eventOf(YearMonth month) {
    return Event.of("t", Json.of("{\"m\":\"" + month + "\"}"))
        .at(month.atDay(3).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static Mono<AppendResult> append(UnifiedStorage storage, List<Event> events) {
    return storage.events().append(JOB, ExpectedVersion.any(), events);
  }

  private static Connection openReader() throws SQLException {
    Connection reader = SERVER.jdbc();
    reader.setAutoCommit(false);
    try (Statement statement = reader.createStatement()) {
      statement.execute("SELECT count(*) FROM events");
    }
    return reader;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
