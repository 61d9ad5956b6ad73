package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.JobId;
import io.holdfast.Json;
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
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Archiving a month whose tables somebody else has had a hand in. */
class ArchivedTablesIT {

  private static final YearMonth JANUARY = YearMonth.of(2022, 1);
  private static final JobId JOB = new JobId("job");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void of_several_tables_that_were_detached_every_event_is_archived() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    execute("ALTER TABLE events DETACH PARTITION events_2022_01");
    fill(storage, 30);
    execute("ALTER TABLE events DETACH PARTITION events_2022_01");
    assertThat(states(storage, JANUARY))
        .as("the later events are in the table whose name comes first")
        .containsExactly(EventMonth.State.DETACHING, EventMonth.State.DETACHING);

    assertThat(Await.value(archive(storage, JANUARY)).events()).isEqualTo(20);

    assertThat(read(storage)).hasSize(60);
    assertThat(Await.value(storage.events().count(EventFilter.all()))).isEqualTo(60);
  }

  @Test
  void earlier_events_that_turn_up_behind_an_archived_month_are_archived_too() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    execute("ALTER TABLE events DETACH PARTITION events_2022_01");
    execute("ALTER TABLE events_2022_01 RENAME TO kept");
    fill(storage, 30);
    Await.done(archive(storage, JANUARY));
    execute("ALTER TABLE kept RENAME TO events_2022_01");

    Await.done(archive(storage, JANUARY));

    assertThat(read(storage)).hasSize(60);
  }

  @Test
  void whoever_still_writes_to_a_table_on_its_way_out_is_waited_for() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 30);
    try (Connection writer = SERVER.jdbc();
        Connection operator = SERVER.jdbc();
        Statement writing = writer.createStatement();
        Statement detaching = operator.createStatement()) {
      writer.setAutoCommit(false);
      writing.execute(
          "INSERT INTO events (job_id, version, created_at, event_type, data)"
              + " VALUES ('late', 1, '2022-01-07 00:00+00', 't', '{}')");
      fill(storage, 30);
      detaching.execute("SET lock_timeout = '200ms'");
      assertThatThrownBy(
              () ->
                  detaching.execute(
                      "ALTER TABLE events DETACH PARTITION events_2022_01 CONCURRENTLY"))
          .isInstanceOf(SQLException.class);

      Await.done(archive(storage, JANUARY).timeout(Duration.ofSeconds(3), Mono.empty()));
      writer.commit();
    }
    Await.done(archive(storage, JANUARY));

    assertThat(read(storage)).hasSize(61);
  }

  private static Mono<EventMonth> archive(UnifiedStorage storage, YearMonth month) {
    return storage.events().months().archive(month, Removal.CHECKED);
  }

  /** Events of three months in turn, one append each ten. */
  private static void fill(UnifiedStorage storage, int count) {
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

  private static List<RecordedEvent> read(UnifiedStorage storage) {
    return Await.all(storage.events().read(EventQuery.forward(EventFilter.all()).limit(1_000_000)));
  }

  private static Event eventOf(YearMonth month) {
    return Event.of("t", Json.of("{\"m\":\"" + month + "\"}"))
        .at(month.atDay(3).atStartOfDay().toInstant(ZoneOffset.UTC));
  }

  private static Mono<AppendResult> append(UnifiedStorage storage, List<Event> events) {
    return storage.events().append(JOB, ExpectedVersion.any(), events);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
