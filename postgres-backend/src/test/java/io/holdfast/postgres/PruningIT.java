package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Two years of events: a page opens and locks only the months that it needs. */
class PruningIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final YearMonth FIRST = YearMonth.of(2023, 1);
  private static final int MONTHS = 24;

  /** How far apart the months are: events of other months lie in other blocks of positions. */
  private static final long APART = 1L << 19;

  private static final int EVENTS = 50;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final String PAGE =
      "SELECT count(*) FROM event_page(7, %s, 200000, 100, %s, NULL, NULL, NULL, NULL)";

  /** In month n: a job of its own, one of all months, and correlation "c-n". */
  @CanIgnoreReturnValue
  private static UnifiedStorage twoYears() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    for (int n = 0; n < MONTHS; n++) {
      execute("SELECT setval('event_position', " + (n + 1) * APART + ")");
      append(storage, "job-" + n, n);
      append(storage, "always", n);
    }
    return storage;
  }

  private static void append(UnifiedStorage storage, String job, int month) {
    Instant at = FIRST.plusMonths(month).atDay(20).atStartOfDay().toInstant(ZoneOffset.UTC);
    Event event = Event.of("t", Json.EMPTY).at(at).withCorrelation("c-" + month);
    var unused =
        storage
            .events()
            .append(new JobId(job), ExpectedVersion.any(), Collections.nCopies(EVENTS, event))
            .block(PATIENCE);
  }

  @Test
  void a_page_by_position_locks_its_month_only() throws SQLException {
    twoYears();
    String behind = "'forward', " + 24 * APART + ", 0";

    assertThat(monthsLocked(PAGE.formatted(behind, filter("NULL", "NULL", "NULL", "NULL"))))
        .containsExactly(month(23));
  }

  @Test
  void the_newest_events_lock_their_month_only() throws SQLException {
    twoYears();
    String newest = "'backward', " + Long.MAX_VALUE + ", 0";

    assertThat(monthsLocked(PAGE.formatted(newest, filter("NULL", "NULL", "NULL", "NULL"))))
        .containsExactly(month(23));
  }

  @Test
  void the_history_of_a_job_locks_the_months_it_is_in() throws SQLException {
    twoYears();
    String history = "'version', 0, 0";

    assertThat(monthsLocked(PAGE.formatted(history, filter("'{job-7}'", "NULL", "NULL", "NULL"))))
        .containsExactly(month(7));
  }

  @Test
  void a_correlation_locks_no_months_behind_a_full_page() throws SQLException {
    twoYears();
    String behind = "'forward', " + 5 * APART + ", 0";

    assertThat(monthsLocked(PAGE.formatted(behind, filter("NULL", "'c-4'", "NULL", "NULL"))))
        .containsExactly(month(4));
  }

  @Test
  void a_time_range_locks_its_months_only() throws SQLException {
    twoYears();
    String all = "'forward', 0, 0";
    String march = filter("NULL", "NULL", "'2023-03-02'", "'2023-03-30'");

    assertThat(monthsLocked(PAGE.formatted(all, march))).containsExactly(month(2));
  }

  @Test
  void the_plan_of_a_stretch_scans_its_month_only() throws SQLException {
    twoYears();
    String stretch =
        "(event_stretch(%d, %d, 200000, 1, false, '-infinity', 'infinity')).months"
            .formatted(24 * APART, 25 * APART);
    try (Connection connection = SERVER.jdbc()) {
      String months = names(connection, "SELECT in_months(" + stretch + ")").iterator().next();
      Set<String> plan =
          names(
              connection,
              "EXPLAIN (COSTS OFF) SELECT data FROM events WHERE position > "
                  + 24 * APART
                  + " AND "
                  + months
                  + " ORDER BY position LIMIT 10");

      assertThat(plan)
          .filteredOn(line -> line.contains("Scan"))
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains(month(23)));
    }
  }

  private static String filter(String jobs, String correlation, String from, String before) {
    return "%s, NULL, %s, NULL, %s, %s, NULL".formatted(jobs, correlation, from, before);
  }

  private static String month(int n) {
    return MonthTable.name(FIRST.plusMonths(n));
  }

  /**
   * After ten executions of a prepared statement: from the sixth on, plans may be for any value.
   */
  private static Set<String> monthsLocked(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement = connection.prepareStatement(sql)) {
        for (int n = 0; n < 10; n++) {
          try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            assertThat(rows.getLong(1)).as("finds something").isGreaterThan(EVENTS);
          }
        }
      }
      return names(
          connection,
          "SELECT DISTINCT c.relname FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
              + " WHERE l.pid = pg_backend_pid() AND c.relkind = 'r'"
              + " AND c.relname LIKE 'events\\_%'");
    }
  }

  private static Set<String> names(Connection connection, String sql) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  @Test
  void finds_every_event_whatever_is_left_out() throws SQLException {
    UnifiedStorage storage = twoYears();
    int all = 2 * MONTHS * EVENTS;

    assertThat(read(storage, EventQuery.forward(EventFilter.all()).limit(all + 1))).hasSize(all);
    assertThat(read(storage, EventQuery.backward(EventFilter.all()).limit(all + 1))).hasSize(all);
    EventFilter always = EventFilter.job(new JobId("always"));
    List<Long> versions = LongStream.rangeClosed(1, MONTHS * EVENTS).boxed().toList();
    assertThat(read(storage, EventQuery.job(new JobId("always")).limit(all)))
        .extracting(RecordedEvent::version)
        .isEqualTo(versions);
    assertThat(read(storage, EventQuery.forward(always).limit(all)))
        .extracting(RecordedEvent::version)
        .isEqualTo(versions);
    List<Long> newestFirst = new ArrayList<>(versions);
    Collections.reverse(newestFirst);
    assertThat(read(storage, EventQuery.backward(always).limit(all)))
        .extracting(RecordedEvent::version)
        .isEqualTo(newestFirst);
    IntStream.range(0, MONTHS)
        .forEach(
            n -> {
              EventFilter correlation = EventFilter.all().withCorrelation("c-" + n);
              assertThat(read(storage, EventQuery.forward(correlation))).hasSize(2 * EVENTS);
              assertThat(read(storage, EventQuery.backward(correlation))).hasSize(2 * EVENTS);
              assertThat(read(storage, EventQuery.backward(EventFilter.job(new JobId("job-" + n)))))
                  .hasSize(EVENTS);
            });
  }

  /** Block by block: January; January and February; February: a stretch ends within a month. */
  @Test
  void finds_the_rest_of_a_month_in_the_next_stretch() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    for (int block = 0; block < 3; block++) {
      execute("SELECT setval('event_position', " + (block + 1) * APART + ")");
      append(storage, "always", block / 2);
      append(storage, "always", (block + 1) / 2);
    }

    assertThat(read(storage, EventQuery.job(new JobId("always"))))
        .extracting(RecordedEvent::version)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 6 * EVENTS).boxed().toList());
    assertThat(read(storage, EventQuery.backward(EventFilter.job(new JobId("always")))))
        .hasSize(6 * EVENTS);
    assertThat(storage.events().stats(new JobId("always")).block(PATIENCE).total())
        .isEqualTo(6 * EVENTS);
  }

  /** One chunk of an import may hold all months; each position must still be found. */
  @Test
  void finds_events_of_many_months_side_by_side() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    execute("SELECT setval('event_position', " + (APART - 25) + ")");
    for (int n = 0; n < MONTHS; n++) {
      append(storage, "job-" + n % 5, MONTHS - 1 - n);
    }

    assertThat(read(storage, EventQuery.forward(EventFilter.all()).limit(10_000)))
        .hasSize(MONTHS * EVENTS);
    assertThat(read(storage, EventQuery.backward(EventFilter.all()).limit(10_000)))
        .hasSize(MONTHS * EVENTS);
    assertThat(read(storage, EventQuery.job(new JobId("job-2")))).hasSize(5 * EVENTS);
    Instant from = FIRST.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    assertThat(
            read(
                storage,
                EventQuery.forward(EventFilter.all().within(from, from.plusSeconds(86_400 * 60)))))
        .hasSize(2 * EVENTS);
  }

  @Test
  void finds_a_brief_time_in_either_order() throws SQLException {
    UnifiedStorage storage = twoYears();
    Instant from = FIRST.plusMonths(9).atDay(19).atStartOfDay().toInstant(ZoneOffset.UTC);
    EventFilter brief = EventFilter.all().within(from, from.plus(Duration.ofDays(2)));

    List<RecordedEvent> forward = read(storage, EventQuery.forward(brief));
    assertThat(forward).hasSize(2 * EVENTS);
    assertThat(forward).extracting(event -> Positions.number(event.position())).isSorted();
    List<RecordedEvent> backward = new ArrayList<>(read(storage, EventQuery.backward(brief)));
    Collections.reverse(backward);
    assertThat(backward).isEqualTo(forward);
    assertThat(read(storage, EventQuery.forward(brief.withTypes("none")))).isEmpty();
  }

  private static List<RecordedEvent> read(UnifiedStorage storage, EventQuery query) {
    return storage.events().read(query).collectList().block(PATIENCE);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
