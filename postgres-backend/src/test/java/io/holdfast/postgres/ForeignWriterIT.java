package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Programs that write into the store with plain SQL, beside this library. */
class ForeignWriterIT {

  private static final int WRITERS = 6;
  private static final int TRANSACTIONS = 150;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final JobId JOB = new JobId("shared");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @Test
  void a_subscription_misses_nothing_of_inserts_and_copies_where_a_naive_reader_does()
      throws Exception {
    UnifiedStorage storage = SERVER.storage();
    ExecutorService foreigners = Executors.newFixedThreadPool(WRITERS);
    try (NaiveReader naive = new NaiveReader(SERVER.jdbc())) {
      naive.start();
      var seen =
          storage
              .events()
              .subscribe(EventFilter.all(), StartFrom.beginning())
              .takeUntil(event -> event.type().equals("end"))
              .map(event -> Positions.number(event.position()))
              .collectList()
              .toFuture();
      List<Future<Void>> writing = new ArrayList<>();
      for (int n = 0; n < WRITERS; n++) {
        writing.add(
            foreigners.submit(new ForeignWriter(SERVER.jdbc(), "foreign-" + n, TRANSACTIONS)));
      }
      libraryWriters(storage).block(PATIENCE);
      for (Future<Void> writer : writing) {
        writer.get();
      }
      append(storage, new JobId("the-end"), "end");
      List<Long> delivered = seen.get();
      Set<Long> written = writtenPositions();
      naive.stopAfter(delivered.get(delivered.size() - 1));

      assertThat(written).as("the size of the test").hasSizeGreaterThan(4_000);
      assertThat(delivered).as("in order, none twice").isSorted().doesNotHaveDuplicates();
      assertThat(new TreeSet<>(delivered)).as("nothing lost").isEqualTo(written);
      assertThat(naive.lost(written)).as("the load fools a naive reader").isNotEmpty();
    } finally {
      foreigners.shutdownNow();
    }
  }

  private static Mono<Void> libraryWriters(UnifiedStorage storage) {
    return Flux.range(0, 4)
        .flatMap(
            writer ->
                Flux.range(0, TRANSACTIONS)
                    .concatMap(
                        n ->
                            storage
                                .events()
                                .append(
                                    new JobId("library-" + writer),
                                    ExpectedVersion.any(),
                                    List.of(Event.of("own", Json.EMPTY)))),
            4)
        .then();
  }

  private static Set<Long> writtenPositions() throws SQLException {
    Set<Long> positions = new TreeSet<>();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT position FROM events")) {
      while (rows.next()) {
        positions.add(rows.getLong(1));
      }
    }
    return positions;
  }

  @Test
  void append_event_and_the_library_count_the_versions_of_a_job_together() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    ExecutorService foreigners = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> appending = new ArrayList<>();
      for (int n = 0; n < 4; n++) {
        appending.add(foreigners.submit(() -> appendForeign(100)));
      }
      for (int n = 0; n < 100; n++) {
        append(storage, JOB, "own");
      }
      for (Future<Void> writer : appending) {
        writer.get();
      }
    } finally {
      foreigners.shutdownNow();
    }

    List<RecordedEvent> job =
        storage.events().read(EventQuery.job(JOB)).collectList().block(PATIENCE);
    assertThat(job)
        .extracting(RecordedEvent::version)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 500).boxed().toList());
    assertThat(job).extracting(event -> Positions.number(event.position())).isSorted();
  }

  private static Void appendForeign(int times) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      for (int n = 0; n < times; n++) {
        statement.execute("SELECT append_event('shared', 'foreign', '{\"n\": 1}')");
      }
    }
    return null;
  }

  @Test
  void the_library_goes_on_after_versions_that_a_plain_insert_gave_out() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    execute(
        "INSERT INTO events (version, job_id, event_type, data)"
            + " VALUES (1, 'shared', 'foreign', '{}'), (2, 'shared', 'foreign', '{}')");

    assertThat(append(storage, JOB, "own").events().get(0).version()).isEqualTo(3);
  }

  @Test
  void thousands_of_inserts_in_one_transaction_take_one_lock() throws SQLException {
    SERVER.storage();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT append_event('job-' || n % 10, 'foreign') FROM generate_series(1, 2000) n");
      var row =
          statement.executeQuery(
              "SELECT count(*) FROM pg_locks"
                  + " WHERE locktype = 'advisory' AND objsubid = 2 AND pid = pg_backend_pid()");
      row.next();
      assertThat(row.getLong(1)).isEqualTo(1);
      connection.rollback();
    }
  }

  @Test
  void a_transaction_over_two_stores_takes_a_floor_in_each() throws SQLException {
    SERVER.storage();
    String one = PostgresUrl.parse(SERVER.currentUrl()).schema().value();
    String other = one.replace("test_", "twin_");
    Mono<Void> made =
        SERVER.open(SERVER.currentUrl().replace("schema=" + one, "schema=" + other)).close();
    made.block();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT %s.append_event('job', 'foreign')".formatted(one));
      statement.execute("SELECT %s.append_event('job', 'foreign')".formatted(other));
      var row =
          statement.executeQuery(
              """
              SELECT count(DISTINCT l.classid)
              FROM pg_locks l, (TABLE %s.store UNION ALL TABLE %s.store) s
              WHERE l.locktype = 'advisory' AND l.objsubid = 2 AND l.pid = pg_backend_pid()
                AND l.classid = s.lock_tag::bigint::oid
              """
                  .formatted(one, other));
      row.next();
      assertThat(row.getLong(1)).isEqualTo(2);
      connection.rollback();
      connection.setAutoCommit(true);
      statement.execute("DROP SCHEMA " + other + " CASCADE");
    }
  }

  @Test
  void the_triggers_do_not_fire_for_the_library() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    execute(
        "CREATE OR REPLACE FUNCTION foreign_write_begins() RETURNS trigger LANGUAGE plpgsql"
            + " AS 'BEGIN RAISE EXCEPTION ''fired''; END'");

    assertThat(append(storage, JOB, "own").events()).hasSize(1);
    assertThatThrownBy(() -> execute("SELECT append_event('shared', 'foreign')"))
        .hasMessageContaining("fired");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1, '', 'type', NULL",
        "0, 'job', 'type', NULL",
        "1, E'two\\nlines', 'type', NULL",
        "1, 'job', '', NULL",
        "1, 'job', repeat('x', 256), NULL",
        "1, 'job', repeat(U&'\\+01f600', 128), NULL",
        "1, 'job', 'type', U&'\\0085'"
      })
  void what_no_reader_could_take_in_is_refused(String values) {
    SERVER.storage();

    assertThatThrownBy(
            () ->
                execute(
                    "INSERT INTO events (version, job_id, event_type, agent_id, data) VALUES ("
                        + values
                        + ", '{}')"))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("Not an event");
  }

  @CanIgnoreReturnValue
  private static AppendResult append(UnifiedStorage storage, JobId job, String type) {
    return storage
        .events()
        .append(job, ExpectedVersion.any(), List.of(Event.of(type, Json.EMPTY)))
        .block(PATIENCE);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
