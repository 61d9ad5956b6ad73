package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.subscription.SubscriptionDefinition;
import io.holdfast.subscription.SubscriptionName;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/** Months that are taken out while others work: interrupted, at once, and under load. */
class MonthsIT {

  private static final YearMonth JANUARY = YearMonth.of(2022, 1);
  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void a_detach_that_was_broken_off_is_finished() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    append(storage, JANUARY, 3);
    append(storage, JANUARY.plusMonths(1), 2);
    breakOffDetach(JANUARY);
    assertThat(states(storage, JANUARY)).containsExactly(EventMonth.State.DETACHING);

    EventMonth dropped = Await.value(storage.events().months().drop(JANUARY, Removal.CHECKED));

    assertThat(dropped.events()).isEqualTo(3);
    assertThat(states(storage, JANUARY)).isEmpty();
    assertThat(read(storage)).hasSize(2);
  }

  @Test
  void another_month_is_dropped_though_a_detach_was_broken_off() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    append(storage, JANUARY, 3);
    append(storage, JANUARY.plusMonths(1), 2);
    breakOffDetach(JANUARY);

    Await.done(storage.events().months().drop(JANUARY.plusMonths(1), Removal.CHECKED));

    assertThat(states(storage, JANUARY.plusMonths(1))).isEmpty();
    assertThat(states(storage, JANUARY)).containsExactly(EventMonth.State.DETACHING);
    assertThat(Await.value(storage.events().months().drop(JANUARY, Removal.CHECKED)).events())
        .isEqualTo(3);
  }

  @Test
  void an_append_does_not_wait_for_a_month_that_nobody_finishes() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    append(storage, JANUARY, 3);
    breakOffDetach(JANUARY);

    append(storage, JANUARY, 1);

    assertThat(read(storage)).extracting(RecordedEvent::version).containsExactly(4L);
    assertThat(states(storage, JANUARY))
        .containsExactlyInAnyOrder(EventMonth.State.LIVE, EventMonth.State.DETACHING);
    assertThat(Await.value(storage.events().months().drop(JANUARY, Removal.CHECKED)).events())
        .as("what was left over and what came since")
        .isEqualTo(4);
  }

  @Test
  void a_reader_that_stays_in_its_transaction_delays_a_drop_and_no_append() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    append(storage, JANUARY, 3);
    try (Connection reader = openReader()) {
      Mono<EventMonth> drop = storage.events().months().drop(JANUARY, Removal.CHECKED);
      Mono<Boolean> appends =
          Flux.range(0, 20)
              .concatMap(n -> append(storage, List.of(Event.of("t", Json.EMPTY))))
              .then(ending(reader));

      EventMonth dropped = Await.value(Mono.zip(drop, appends)).getT1();

      assertThat(dropped.events()).isEqualTo(3);
    }
    assertThat(read(storage)).hasSize(20);
  }

  @Test
  void what_an_open_transaction_appends_is_not_dropped_unread() {
    UnifiedStorage storage = SERVER.storage();
    append(storage, JANUARY, 3);
    readUpTo(storage, read(storage).get(2).position());
    Sinks.Empty<Void> appended = Sinks.empty();
    Sinks.Empty<Void> released = Sinks.empty();
    Mono<AppendResult> writer =
        storage.inTransaction(
            tx ->
                tx.events()
                    .append(JOB, ExpectedVersion.any(), List.of(eventOf(JANUARY)))
                    .doOnNext(done -> appended.tryEmitEmpty())
                    .delayUntil(done -> released.asMono()));
    Mono<Throwable> drop =
        appended
            .asMono()
            .then(SERVER.open(SERVER.currentUrl()).events().months().drop(JANUARY, Removal.CHECKED))
            .then(Mono.<Throwable>error(() -> new AssertionError("dropped unread")))
            .onErrorResume(ConflictException.class, Mono::just);
    Mono<Boolean> release =
        appended.asMono().then(untilSomebodyWaits()).doOnNext(waits -> released.tryEmitEmpty());

    Throwable refused = Await.value(Mono.zip(drop, writer, release)).getT1();

    assertThat(refused).hasMessageContaining("billing");
    assertThat(read(storage)).hasSize(4);
    append(storage, JANUARY, 1);
    assertThat(states(storage, JANUARY)).containsExactly(EventMonth.State.LIVE);
    assertThat(read(storage)).hasSize(5);
  }

  private static void readUpTo(UnifiedStorage storage, Position position) {
    SubscriptionName name = new SubscriptionName("billing");
    Await.done(
        storage
            .subscriptions()
            .create(new SubscriptionDefinition(name, EventFilter.all(), 1, position)));
  }

  private static Mono<Boolean> untilSomebodyWaits() {
    return Mono.fromCallable(MonthsIT::isSomebodyWaiting)
        .subscribeOn(Schedulers.boundedElastic())
        .filter(waits -> waits)
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(50)));
  }

  private static boolean isSomebodyWaiting() throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet waiting =
            statement.executeQuery(
                "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)"
                    + " WHERE NOT l.granted AND a.query ~ 'events_2022_01'")) {
      return waiting.next() && waiting.getLong(1) > 0;
    }
  }

  @Test
  void months_come_and_go_under_load_and_no_append_fails() {
    List<UnifiedStorage> storages =
        IntStream.range(0, 3).mapToObj(n -> SERVER.open(SERVER.currentUrl())).toList();
    YearMonth kept = YearMonth.of(2030, 6);
    Mono<Set<Long>> acknowledged =
        Flux.range(0, 600)
            .flatMap(
                n ->
                    append(
                        storages.get(n % 3),
                        List.of(eventOf(kept.plusMonths(n % 5)), Event.of("t", Json.EMPTY))),
                24)
            .flatMapIterable(AppendResult::events)
            .map(appended -> Long.valueOf(appended.position().value()))
            .collect(Collectors.toCollection(TreeSet::new));
    Mono<Long> comings =
        Flux.range(0, 18)
            .flatMap(n -> comeAndGo(storages.get(n % 3), JANUARY.plusMonths(n % 4)), 3)
            .count();

    Set<Long> written = Await.value(Mono.zip(acknowledged, comings)).getT1();

    assertThat(written).hasSize(1_200);
    assertThat(
            read(storages.get(0)).stream()
                .map(event -> Long.valueOf(event.position().value()))
                .filter(written::contains))
        .as("nothing that was acknowledged is missing")
        .hasSize(1_200);
  }

  /** Makes a month, fills it, and drops it again; another storage may have been faster. */
  private static Mono<Boolean> comeAndGo(UnifiedStorage storage, YearMonth month) {
    return storage
        .events()
        .months()
        .create(month)
        .then(append(storage, List.of(eventOf(month))))
        .then(storage.events().months().drop(month, Removal.CHECKED))
        .thenReturn(true)
        .onErrorReturn(NotFoundException.class, false);
  }

  @Test
  void odd_times_make_no_thousands_of_tables_at_once() {
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    assertThat(states(SERVER.storage(), JANUARY)).isEmpty();
    Connections connections = new Connections(configuration);
    Database database = new Database(connections.control());
    PartitionKeeper partitions =
        new PartitionKeeper(database, configuration.schema(), Clock.systemUTC());
    Supplier<Stream<Instant>> odd =
        () ->
            IntStream.rangeClosed(0, PartitionKeeper.MONTHS_AT_ONCE)
                .mapToObj(n -> eventOf(JANUARY.minusMonths(n)).createdAt());

    assertThatThrownBy(() -> Await.done(partitions.ensureFor(odd.get())))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("121 months, from 2012-01 to 2022-01");
    assertThat(states(SERVER.storage(), JANUARY)).isEmpty();
    Await.done(partitions.ensureForCopy(odd.get()));

    assertThat(states(SERVER.storage(), JANUARY)).hasSize(1);
    Await.done(database.close().then(connections.close()));
  }

  @Test
  void the_month_changes_while_a_storage_is_open() {
    TestClock clock = new TestClock(Instant.parse("2031-01-31T23:59:00Z"));
    UnifiedStorage storage =
        SERVER.closing(Await.value(Opening.open(PostgresUrl.parse(SERVER.currentUrl()), clock)));
    assertThat(live(storage)).startsWith(YearMonth.of(2031, 1)).hasSize(4);
    assertThat(Await.value(storage.health()).facts()).containsEntry("partition runway", "89 days");

    clock.set(Instant.parse("2031-04-20T00:00:00Z"));
    assertThat(Await.value(storage.health()).problems())
        .as("nobody has appended since")
        .containsExactly("Only 1 months of events are made from the current one on");
    Await.done(append(storage, List.of(Event.of("t", Json.EMPTY).at(clock.instant()))));

    assertThat(live(storage)).contains(YearMonth.of(2031, 4), YearMonth.of(2031, 5));
    assertThat(Await.value(storage.health()).healthy()).isTrue();
  }

  private static List<YearMonth> live(UnifiedStorage storage) {
    return Await.all(storage.events().months().list()).stream().map(EventMonth::month).toList();
  }

  private static List<EventMonth.State> states(UnifiedStorage storage, YearMonth month) {
    return Await.all(storage.events().months().list()).stream()
        .filter(listed -> listed.month().equals(month))
        .map(EventMonth::state)
        .toList();
  }

  private static List<RecordedEvent> read(UnifiedStorage storage) {
    return Await.all(storage.events().read(EventQuery.forward(EventFilter.all()).limit(1_000_000)));
  }

  private static Event eventOf(YearMonth month) {
    return Event.of("t", Json.EMPTY).at(month.atDay(3).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static void append(UnifiedStorage storage, YearMonth month, int count) {
    List<Event> events = IntStream.range(0, count).mapToObj(n -> eventOf(month)).toList();
    Await.done(append(storage, events));
  }

  private static Mono<AppendResult> append(UnifiedStorage storage, List<Event> events) {
    return storage.events().append(JOB, ExpectedVersion.any(), events);
  }

  private static Mono<Boolean> ending(Connection reader) {
    return Mono.fromCallable(
            () -> {
              reader.rollback();
              return true;
            })
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static Connection openReader() throws SQLException {
    Connection reader = SERVER.jdbc();
    reader.setAutoCommit(false);
    try (Statement statement = reader.createStatement()) {
      statement.execute("SELECT count(*) FROM events");
    }
    return reader;
  }

  /** Somebody in a transaction is waited for, and the statement that waits is given up. */
  private static void breakOffDetach(YearMonth month) throws SQLException {
    try (Connection reader = openReader();
        Connection operator = SERVER.jdbc();
        Statement statement = operator.createStatement()) {
      statement.execute("SET lock_timeout = '200ms'");
      String detach =
          "ALTER TABLE events DETACH PARTITION " + MonthTable.name(month) + " CONCURRENTLY";
      assertThatThrownBy(() -> statement.execute(detach)).isInstanceOf(SQLException.class);
      reader.rollback();
    }
  }
}
