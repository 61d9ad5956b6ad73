package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.Isolation;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.MovedException;
import io.holdfast.Position;
import io.holdfast.SessionId;
import io.holdfast.SqlExport;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.transfer.Moved;
import io.holdfast.transfer.Relocation;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.postgresql.util.PSQLException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A store that has moved, as programs that have it open and others that know nothing see it. */
class MovedIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final JobId JOB = new JobId("job");
  private static final Moved THERE =
      new Moved("file:/there", "store-there", "", Instant.parse("2026-11-01T00:00:00Z"));

  private static Mono<?> append(UnifiedStorage storage) {
    return storage
        .events()
        .append(JOB, ExpectedVersion.any(), List.of(Event.of("step", Json.EMPTY)));
  }

  @Test
  void other_programs_cannot_write_to_any_table() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    Await.value(storage.relocation().moveTo(THERE));
    List<String> tables = query("SELECT t::text FROM tables_of_data() t ORDER BY t::text");

    assertThat(tables).hasSizeGreaterThan(25).anyMatch(table -> table.contains("events_20"));
    for (String table : tables) {
      for (String write :
          List.of(
              "INSERT INTO " + table + " SELECT * FROM " + table,
              "DELETE FROM " + table,
              "TRUNCATE " + table + " CASCADE")) {
        assertThatThrownBy(() -> execute(write))
            .as(write)
            .isInstanceOf(PSQLException.class)
            .hasMessageContaining("has moved to file:/there")
            .extracting(error -> ((PSQLException) error).getSQLState())
            .isEqualTo("HFMVD");
      }
    }
    assertThatThrownBy(() -> execute("SELECT append_event('job', 'step')"))
        .hasMessageContaining("has moved to file:/there");
    assertThatThrownBy(() -> execute("UPDATE events SET event_type = 'x'"))
        .hasMessageContaining("has moved to file:/there");
    assertThat(query("SELECT count(*)::text FROM events")).containsExactly("1");
  }

  @Test
  void a_store_that_has_not_moved_asks_no_trigger() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    assertThat(triggers()).isZero();

    Await.value(storage.relocation().moveTo(THERE));
    assertThat(triggers()).isGreaterThan(25);
    Await.value(storage.relocation().takeBack());

    assertThat(triggers()).isZero();
    execute("SELECT append_event('job', 'step')");
  }

  @Test
  void it_is_taken_back_beside_who_only_reads() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    Await.value(storage.relocation().moveTo(THERE));
    try (Connection reader = SERVER.jdbc();
        Statement statement = reader.createStatement()) {
      reader.setAutoCommit(false);
      statement.execute("SELECT count(*) FROM events, checkpoints, store");

      assertThat(Await.value(storage.relocation().takeBack())).isEqualTo(THERE);
      Await.done(append(storage));
      Moved elsewhere = new Moved("file:/elsewhere", "store-elsewhere", "", THERE.at());
      Await.value(storage.relocation().moveTo(elsewhere));
      assertThat(Await.failure(MovedException.class, append(storage)).to())
          .isEqualTo("file:/elsewhere");
      reader.commit();
    }
  }

  @Test
  void a_transaction_that_sees_what_was_before_hears_it_too() {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    for (Isolation isolation : List.of(Isolation.REPEATABLE_READ, Isolation.SERIALIZABLE)) {
      MovedException refusal =
          Await.failure(
              MovedException.class,
              storage.inTransaction(
                  TransactionOptions.DEFAULT.withIsolation(isolation),
                  tx ->
                      tx.sessions()
                          .find(new SessionId("none"))
                          .then(Mono.defer(() -> moveFromOutside()))
                          .then(
                              Mono.defer(
                                  () ->
                                      tx.events()
                                          .append(
                                              JOB,
                                              ExpectedVersion.any(),
                                              List.of(Event.of("step", Json.EMPTY)))))));
      assertThat(refusal.to()).isEqualTo(THERE.to());
      Await.value(storage.relocation().takeBack());
    }
  }

  private static Mono<?> moveFromOutside() {
    return Mono.fromCallable(
            () -> Await.value(SERVER.open(SERVER.currentUrl()).relocation().moveTo(THERE)))
        .subscribeOn(Schedulers.boundedElastic());
  }

  @Test
  void who_replicates_or_restores_is_refused_too() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    Await.value(storage.relocation().moveTo(THERE));

    assertThatThrownBy(() -> execute("SET session_replication_role = replica; DELETE FROM events"))
        .hasMessageContaining("has moved to file:/there");
  }

  @Test
  void a_table_that_an_upgrade_makes_refuses_too() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.value(storage.relocation().moveTo(THERE));
    execute("DROP TABLE migration_chunks, migration");
    execute("DELETE FROM schema_history WHERE version = 29");

    assertThatThrownBy(() -> SERVER.open(SERVER.currentUrl())).isInstanceOf(MovedException.class);

    assertThatThrownBy(() -> execute("DELETE FROM migration_chunks"))
        .hasMessageContaining("has moved to file:/there");
  }

  @Test
  void marking_it_again_guards_what_has_come_since_and_taking_back_frees_all() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.value(storage.relocation().moveTo(THERE));
    execute("CREATE TABLE more (n integer)");
    execute("INSERT INTO more VALUES (1)");

    Await.value(storage.relocation().moveTo(THERE));

    assertThatThrownBy(() -> execute("INSERT INTO more VALUES (2)"))
        .hasMessageContaining("has moved to file:/there");
    execute("UPDATE store SET moved = NULL");
    assertThat(Await.maybe(storage.relocation().takeBack())).isEmpty();
    assertThat(triggers()).isZero();
    execute("INSERT INTO more VALUES (2)");
  }

  @Test
  void a_month_that_is_being_taken_out_is_waited_for() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    try (Connection remover = SERVER.jdbc();
        Statement statement = remover.createStatement()) {
      remover.setAutoCommit(false);
      statement.execute(
          "SELECT pg_advisory_xact_lock(hashtextextended('holdfast months ' || current_schema(), 8407))");

      assertThat(Await.failure(UnavailableException.class, storage.relocation().moveTo(THERE)))
          .hasMessageContaining("a month is being taken out");
      assertThat(Await.maybe(storage.relocation().find())).isEmpty();
      remover.commit();
    }
    assertThat(Await.value(storage.relocation().moveTo(THERE))).isEqualTo(THERE);
  }

  @Test
  void what_works_on_it_ends_with_the_refusal() {
    UnifiedStorage working = SERVER.storage();
    Await.done(append(working));
    LockRequest wish = new LockRequest(new LockName("lock"), "owner", Duration.ofMillis(600));
    CompletableFuture<Void> holder =
        working.locks().withLock(wish, Duration.ZERO, lease -> Mono.<Void>never()).toFuture();
    CompletableFuture<Void> leader =
        working
            .locks()
            .elect(new LockRequest(new LockName("leader"), "owner", Duration.ofMillis(600)))
            .then()
            .toFuture();
    CompletableFuture<Void> consumer =
        working
            .subscription("consumer")
            .consume(
                EventFilter.all(),
                ConsumeOptions.defaults().withLeaseDuration(Duration.ofMillis(900)),
                EventHandler.plain(event -> Mono.empty()))
            .toFuture();
    List<RecordedEvent> followed = new ArrayList<>();
    CompletableFuture<Void> follower =
        working
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .doOnNext(followed::add)
            .then()
            .toFuture();
    Await.done(working.subscription("consumer").awaitProcessed(newest(working)));

    Await.value(SERVER.open(SERVER.currentUrl()).relocation().moveTo(THERE));

    for (CompletableFuture<Void> work : List.of(holder, leader, consumer)) {
      Await.failure(MovedException.class, Mono.fromFuture(work));
    }
    Await.failure(
        MovedException.class,
        working
            .events()
            .appendAll(
                Flux.range(0, 5_000).map(i -> new JobEvent(JOB, Event.of("step", Json.EMPTY)))));
    assertThat(follower).as("who reads goes on").isNotDone();
    assertThat(followed).hasSize(1);
    assertThat(Await.value(working.health()).problems()).hasSize(1);
  }

  private static Position newest(UnifiedStorage storage) {
    return Await.value(
        storage
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .next()
            .map(RecordedEvent::position));
  }

  @Test
  void no_month_is_made_any_more() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.value(storage.relocation().moveTo(THERE));

    Await.failure(MovedException.class, storage.events().months().create(YearMonth.of(2031, 1)));
    assertThat(query("SELECT to_regclass('events_2031_01')::text")).containsExactly((String) null);
    Await.value(storage.relocation().takeBack());
    Await.value(storage.events().months().create(YearMonth.of(2031, 1)));
  }

  @Test
  void who_is_at_work_is_waited_for() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    try (Connection writer = SERVER.jdbc();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT append_event('job', 'step')");
      CompletableFuture<Moved> moving = storage.relocation().moveTo(THERE).toFuture();
      Await.until(
          Mono.fromCallable(() -> isWaitedFor("events"))
              .subscribeOn(Schedulers.boundedElastic())
              .filter(waited -> waited));
      statement.execute("INSERT INTO lock_queue SELECT * FROM lock_queue");
      writer.commit();

      assertThat(Await.value(Mono.fromFuture(moving))).isEqualTo(THERE);
      assertThatThrownBy(() -> statement.execute("SELECT append_event('job', 'step')"))
          .hasMessageContaining("has moved");
    }
    assertThat(query("SELECT count(*)::text FROM events")).containsExactly("1");
  }

  private static boolean isWaitedFor(String table) throws SQLException {
    return !query(
            "SELECT 'yes' FROM pg_locks WHERE NOT granted AND relation::regclass::text LIKE '%"
                + table
                + "%'")
        .isEmpty();
  }

  @Test
  void who_does_not_come_to_an_end_keeps_it_here_and_is_not_disturbed() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    Connections connections = new Connections(configuration);
    Relocation hasty =
        new PostgresRelocation(
            new Database(connections.work()), configuration.schema(), Duration.ofMillis(20));
    try (Connection writer = SERVER.jdbc();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("SELECT append_event('job', 'step')");

      assertThat(Await.failure(UnavailableException.class, hasty.moveTo(THERE)))
          .hasMessageContaining("is in use: stop what works on it");
      assertThat(Await.maybe(hasty.find())).isEmpty();
      assertThat(triggers()).isZero();
      writer.commit();
    } finally {
      Await.done(connections.close());
    }
    Await.done(append(storage));
  }

  @Test
  void its_schema_is_upgraded_all_the_same() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    Await.value(storage.relocation().moveTo(THERE));
    execute("DROP FUNCTION note_all_months()");
    execute("DELETE FROM schema_history WHERE version = 15");

    assertThatThrownBy(() -> SERVER.open(SERVER.currentUrl())).isInstanceOf(MovedException.class);

    assertThat(query("SELECT version::text FROM schema_history WHERE version = 15"))
        .as("a change of it that writes, too")
        .containsExactly("15");
    UnifiedStorage reading = SERVER.open(SERVER.currentUrl() + "&upgrade=no");
    assertThat(Await.value(reading.events().count(EventFilter.all()))).isEqualTo(1);
    Await.failure(MovedException.class, append(reading));
  }

  @Test
  void what_is_restored_from_a_script_has_not_moved() {
    UnifiedStorage storage = SERVER.storage();
    Await.done(append(storage));
    Await.value(storage.relocation().moveTo(THERE));

    String script =
        Await.value(
            ((SqlExport) storage)
                .exportSql(
                    export ->
                        export
                            .parts()
                            .map(part -> StandardCharsets.UTF_8.decode(part.utf8()).toString())
                            .collectList()
                            .map(parts -> String.join("", parts))));

    assertThat(script).contains("COPY", "job").doesNotContain(THERE.to());
  }

  private static long triggers() throws SQLException {
    return Long.parseLong(
        query(
                "SELECT count(*)::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                    + " WHERE t.tgname = 'store_has_moved' AND t.tgenabled <> 'D'"
                    + " AND c.relnamespace = to_regnamespace(current_schema())")
            .get(0));
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<String> query(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> found = new ArrayList<>();
      while (rows.next()) {
        found.add(rows.getString(1));
      }
      return found;
    }
  }
}
