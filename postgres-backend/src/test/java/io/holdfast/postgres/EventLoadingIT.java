package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationTurn;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Events that are gathered beside a log that has none, and what can come in between. */
class EventLoadingIT {

  private static final JobId JOB = new JobId("job");
  private static final Instant MARCH = Instant.parse("2024-03-31T23:59:59.999999Z");
  private static final Instant APRIL = Instant.parse("2024-04-01T00:00:00Z");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static RecordedEvent event(long position, JobId job, long version, Instant at) {
    Event event = Event.of("type", Json.of("{\"n\":" + position + "}")).withCorrelation("c").at(at);
    return new RecordedEvent(new Position(Long.toString(position)), job, version, event);
  }

  private static MigrationRun taken(UnifiedStorage storage, String source) {
    return Await.value(
        storage.migrations().take(new MigrationTurn(source, "a", Duration.ofMinutes(5))));
  }

  private static MigrationChunk chunk(int number, int records) {
    return new MigrationChunk("events", number, records, "a", "b", "0".repeat(64));
  }

  private static void load(
      UnifiedStorage storage, MigrationRun run, int number, RecordedEvent... events) {
    Await.value(
        storage
            .migrations()
            .load(run, RecordedEvent.KIND, List.of(events), chunk(number, events.length)));
  }

  private static void complete(UnifiedStorage storage, MigrationRun run, long chunks) {
    Await.value(storage.migrations().complete(run, "events", chunks));
  }

  private static List<RecordedEvent> all(UnifiedStorage storage) {
    return Await.all(storage.transfer(RecordedEvent.KIND).export());
  }

  private static List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  private static List<String> gathered() throws SQLException {
    return column(
        "SELECT relname FROM pg_class WHERE relname ~ '^events_loading_[0-9]{4}'"
            + " AND relnamespace = current_schema()::regnamespace AND relkind = 'r'");
  }

  @CanIgnoreReturnValue
  private static long append(UnifiedStorage storage, JobId job) {
    return Await.value(
            storage
                .events()
                .append(job, ExpectedVersion.any(), List.of(Event.of("t", Json.of("{}")))))
        .events()
        .get(0)
        .version();
  }

  @Test
  void nobody_sees_them_before_and_their_months_are_like_all_others() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH), event(6, JOB, 2, APRIL));
    load(storage, run, 1, event(9, new JobId("b"), 1, MARCH));

    assertThat(all(storage)).isEmpty();
    assertThat(gathered())
        .containsExactlyInAnyOrder("events_loading_2024_03", "events_loading_2024_04");
    complete(storage, run, 2);

    assertThat(all(storage)).hasSize(3);
    assertThat(gathered()).isEmpty();
    Await.value(storage.events().months().create(YearMonth.of(2024, 5)));
    assertThat(shape("2024_03")).isEqualTo(shape("2024_05"));
    assertThat(shape("2024_04")).isEqualTo(shape("2024_05"));
    assertThat(
            column(
                "SELECT indexrelid::regclass::text FROM pg_index i JOIN pg_class c"
                    + " ON c.oid = i.indrelid WHERE c.relname = 'events'"
                    + " AND c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid"))
        .as("indexes of the log that lack a month")
        .isEmpty();
  }

  /** All that there is to a month, under the names that it would have in another one. */
  private static List<String> shape(String month) throws SQLException {
    String table = "to_regclass('events_" + month + "')";
    return column(
        ("SELECT replace(line, '{month}', 'M') FROM ("
                + " SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = {table}"
                + " UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint"
                + "  WHERE conrelid = {table} AND contype <> 'n'"
                + " UNION ALL SELECT attname || ' ' || attstattarget || ' ' || attstorage::text"
                + "  || ' ' || attnotnull || ' ' || atthasdef FROM pg_attribute"
                + "  WHERE attrelid = {table} AND attnum > 0"
                + " UNION ALL SELECT coalesce(reloptions::text, 'no options') FROM pg_class"
                + "  WHERE oid = {table}"
                + " UNION ALL SELECT tgname FROM pg_trigger WHERE tgrelid = {table}"
                + " UNION ALL SELECT i.indexrelid::regclass || ' in ' || p.relname"
                + "  FROM pg_index i JOIN pg_inherits k ON k.inhrelid = i.indexrelid"
                + "  JOIN pg_class p ON p.oid = k.inhparent WHERE i.indrelid = {table}"
                + ") s (line) ORDER BY 1")
            .replace("{table}", table)
            .replace("{month}", month));
  }

  @Test
  void a_month_gets_its_indexes_when_the_next_one_begins_and_takes_late_events_all_the_same()
      throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH), event(7, JOB, 2, APRIL));
    Await.done(storage.migrations().settle(run));
    assertThat(indexes("2024_03")).as("it may still grow").hasSize(1);
    int many = 20_000;
    load(
        storage,
        run,
        1,
        LongStream.range(0, many)
            .mapToObj(n -> event(8 + n, JOB, 3 + n, APRIL))
            .toArray(RecordedEvent[]::new));
    Await.done(storage.migrations().settle(run));
    assertThat(indexes("2024_03")).hasSize(5);
    assertThat(indexes("2024_04")).hasSize(1);
    load(storage, run, 2, event(8 + many, JOB, 3 + many, MARCH));
    complete(storage, run, 3);

    assertThat(all(storage))
        .extracting(RecordedEvent::version)
        .as("in the order of their positions")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 20_003).boxed().toList());
  }

  private static List<String> indexes(String month) throws SQLException {
    return column(
        "SELECT indexrelid::text FROM pg_index WHERE indrelid = to_regclass('events_loading_"
            + month
            + "')");
  }

  @Test
  void a_month_that_was_made_ahead_gives_way() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(1, JOB, 1, now));
    complete(storage, run, 1);

    assertThat(all(storage)).containsExactly(event(1, JOB, 1, now));
    assertThat(append(storage, JOB)).isEqualTo(2);
    assertThat(append(SERVER.open(SERVER.currentUrl()), JOB)).isEqualTo(3);
  }

  @Test
  void positions_that_were_drawn_for_nothing_are_not_given_out_again() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    assertThat(column("SELECT setval('event_position', 1000)")).containsExactly("1000");
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    complete(storage, run, 1);
    append(storage, JOB);

    assertThat(all(storage))
        .extracting(event -> event.position().value())
        .containsExactly("5", "1001");
  }

  @Test
  void what_another_source_had_gathered_is_dropped() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun first = taken(storage, "file:/first");
    load(storage, first, 0, event(5, JOB, 1, MARCH), event(7, JOB, 2, APRIL));
    MigrationRun second = taken(storage, "file:/second");
    load(storage, second, 0, event(6, new JobId("b"), 1, APRIL));
    complete(storage, second, 1);

    assertThat(all(storage)).containsExactly(event(6, new JobId("b"), 1, APRIL));
    assertThat(gathered()).isEmpty();
  }

  @Test
  void what_a_source_without_events_finds_gathered_is_dropped() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    load(storage, taken(storage, "file:/first"), 0, event(5, JOB, 1, MARCH));
    complete(storage, taken(storage, "file:/second"), 0);

    assertThat(all(storage)).isEmpty();
    assertThat(gathered()).isEmpty();
  }

  @Test
  void a_log_that_somebody_has_begun_meanwhile_takes_nothing_and_keeps_what_it_has()
      throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    append(storage, new JobId("new"));

    Await.failure(ConflictException.class, storage.migrations().complete(run, "events", 1));

    assertThat(all(storage)).extracting(RecordedEvent::job).containsExactly(new JobId("new"));
    assertThat(gathered()).isEmpty();
    assertThat(Await.all(storage.migrations().chunks())).as("nobody relies on them").isEmpty();
  }

  @Test
  void the_next_chunk_finds_that_out_as_well() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    append(storage, new JobId("new"));

    Await.failure(
        ConflictException.class,
        storage
            .migrations()
            .load(run, RecordedEvent.KIND, List.of(event(6, JOB, 2, MARCH)), chunk(1, 1)));
    assertThat(gathered()).isEmpty();
    assertThat(Await.all(storage.migrations().chunks())).isEmpty();
  }

  @Test
  void a_source_that_has_lost_its_end_meanwhile_gives_nothing_that_it_has_not()
      throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    load(storage, run, 1, event(6, JOB, 2, MARCH));

    Await.failure(ConflictException.class, storage.migrations().complete(run, "events", 1));
    assertThat(all(storage)).isEmpty();
    assertThat(gathered()).isEmpty();
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    complete(storage, run, 1);
    assertThat(all(storage)).hasSize(1);
  }

  @Test
  void a_table_that_has_stepped_aside_keeps_the_names_of_its_indexes() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.value(storage.events().months().create(YearMonth.of(2024, 3)));
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute("ALTER TABLE events DETACH PARTITION events_2024_03");
    }
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    complete(storage, run, 1);
    assertThat(all(storage)).hasSize(1);
  }

  @Test
  void events_of_very_many_months_are_loaded() {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    YearMonth first = YearMonth.of(2000, 1);
    RecordedEvent[] events = new RecordedEvent[130];
    for (int n = 0; n < events.length; n++) {
      Instant at = first.plusMonths(n).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
      events[n] = event(n + 1, JOB, n + 1, at);
    }
    load(storage, run, 0, events);
    complete(storage, run, 1);
    assertThat(all(storage)).containsExactly(events);
  }

  @Test
  void who_reads_in_a_transaction_is_not_surprised() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    try (Connection reader = SERVER.jdbc();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT event_horizon(1)");
      var completing = storage.migrations().complete(run, "events", 1).toFuture();
      Await.done(untilSomebodyWaits());
      try (ResultSet horizon = statement.executeQuery("SELECT event_horizon(1)")) {
        assertThat(horizon.next()).isTrue();
        assertThat(horizon.getString(1)).isEqualTo("0");
      }
      reader.rollback();
      assertThat(Await.value(Mono.fromFuture(completing))).isZero();
    }
    assertThat(all(storage)).hasSize(1);
  }

  @Test
  void a_version_that_comes_twice_is_refused() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    load(storage, run, 1, event(6, JOB, 1, MARCH));

    Await.failure(ConflictException.class, storage.migrations().complete(run, "events", 2));
    assertThat(all(storage)).isEmpty();
  }

  @Test
  void completing_waits_for_who_reads_the_log() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    MigrationRun run = taken(storage, "file:/from");
    load(storage, run, 0, event(5, JOB, 1, MARCH));
    try (Connection reader = SERVER.jdbc();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM events");
      var completing = storage.migrations().complete(run, "events", 1).toFuture();
      Await.done(untilSomebodyWaits());
      reader.rollback();
      assertThat(Await.value(Mono.fromFuture(completing))).isZero();
    }
    assertThat(all(storage)).hasSize(1);
  }

  private static Mono<Boolean> untilSomebodyWaits() {
    return Mono.fromCallable(EventLoadingIT::isSomebodyWaiting)
        .subscribeOn(Schedulers.boundedElastic())
        .filter(waits -> waits)
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(50)));
  }

  private static boolean isSomebodyWaiting() throws SQLException {
    return !column(
            "SELECT pid::text FROM pg_locks WHERE NOT granted"
                + " AND relation IN ('events'::regclass, 'event_position'::regclass)")
        .isEmpty();
  }
}
