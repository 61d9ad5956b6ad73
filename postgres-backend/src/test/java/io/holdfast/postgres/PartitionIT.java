package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;

/** Months of events: ahead, in the past, and after somebody dropped one. */
class PartitionIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void makes_the_coming_months_when_opened() throws SQLException {
    SERVER.storage();
    YearMonth now = YearMonth.now(ZoneOffset.UTC);

    assertThat(partitions())
        .containsExactlyElementsOf(
            IntStream.rangeClosed(0, PartitionKeeper.MONTHS_AHEAD)
                .mapToObj(ahead -> MonthTable.name(now.plusMonths(ahead)))
                .toList());
  }

  @Test
  void makes_a_month_of_the_past_for_an_import() throws SQLException {
    append(SERVER.storage(), Instant.parse("2019-02-28T23:59:59.999999Z"));

    assertThat(partitions()).contains("events_2019_02");
  }

  @Test
  void makes_a_month_again_that_somebody_dropped() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Instant then = Instant.parse("2020-05-05T00:00:00Z");
    append(storage, then);
    execute("DROP TABLE events_2020_05");

    append(storage, then);

    assertThat(partitions()).contains("events_2020_05");
  }

  @Test
  void storages_that_need_the_same_months_at_once_do_not_get_in_each_others_way()
      throws SQLException {
    List<UnifiedStorage> storages =
        IntStream.range(0, 4).mapToObj(n -> SERVER.open(SERVER.currentUrl())).toList();

    Flux.range(0, 24)
        .flatMap(
            month ->
                Flux.fromIterable(storages)
                    .flatMap(
                        storage ->
                            storage
                                .events()
                                .append(JOB, ExpectedVersion.any(), List.of(eventOf(month)))),
            8)
        .blockLast(PATIENCE);

    assertThat(partitions()).hasSizeGreaterThanOrEqualTo(24);
  }

  @Test
  void has_no_default_partition() throws SQLException {
    SERVER.storage();

    assertThat(names("SELECT partdefid::text FROM pg_partitioned_table")).containsOnly("0");
  }

  private static Event eventOf(int month) {
    return Event.of("t", Json.EMPTY)
        .at(
            YearMonth.of(2015, 1)
                .plusMonths(month)
                .atDay(3)
                .atStartOfDay()
                .toInstant(ZoneOffset.UTC));
  }

  private static void append(UnifiedStorage storage, Instant at) {
    var unused =
        storage
            .events()
            .append(JOB, ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY).at(at)))
            .block(PATIENCE);
  }

  private static Set<String> partitions() throws SQLException {
    return names(
        "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            + " WHERE i.inhparent = to_regclass('events')");
  }

  private static Set<String> names(String sql) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
