package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What watches of one process see of other processes, and of plain SQL. */
class SessionFeedIT {

  private static final SessionId ID = new SessionId("s-1");
  private static final SessionId OTHER = new SessionId("s-2");

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static void create(SessionId id) {
    SessionDetails details = SessionDetails.of("build", "r", Json.EMPTY);
    Await.done(SERVER.storage().sessions().create(id, details));
  }

  private static Flux<Long> versions(SessionId id) {
    return SERVER.storage().sessions().watch(id).map(Session::version);
  }

  private static Mono<Session> step(UnifiedStorage storage, SessionId id) {
    return storage
        .sessions()
        .get(id)
        .map(
            there ->
                there.withDetails(there.details().withProgress(new Progress(there.version(), 0))))
        .flatMap(changed -> storage.sessions().update(changed));
  }

  private static void execute(String sql) {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void sees_what_another_process_writes() {
    create(ID);
    UnifiedStorage another = SERVER.open(SERVER.currentUrl());

    StepVerifier.create(versions(ID))
        .expectNext(1L)
        .then(() -> Await.value(step(another, ID)))
        .expectNext(2L)
        .then(() -> Await.value(another.inTransaction(tx -> move(tx.sessions().get(ID), tx))))
        .expectNext(3L)
        .then(() -> Await.done(another.sessions().delete(ID)))
        .expectComplete()
        .verify(Await.LIMIT);
  }

  private static Mono<Session> move(Mono<Session> found, StoreSet tx) {
    return found.flatMap(there -> tx.sessions().update(there.withState(SessionState.PAUSED)));
  }

  @Test
  void sees_what_plain_sql_changes_and_gives_it_the_next_version() {
    create(ID);

    StepVerifier.create(SERVER.storage().sessions().watch(SessionFilter.all()).map(this::said))
        .expectNext("s-1@1 INITIALIZING")
        .then(() -> execute("UPDATE sessions SET state = 'RUNNING'"))
        .expectNext("s-1@2 RUNNING")
        .then(
            () ->
                execute(
                    "INSERT INTO sessions (session_id, version, state, type, repository, done,"
                        + " total, data, created_at, updated_at) VALUES ('s-2', 1, 'PAUSED', 't',"
                        + " 'r', 0, 0, '{}', now(), now())"))
        .expectNext("s-2@1 PAUSED")
        .then(() -> execute("DELETE FROM sessions WHERE session_id = 's-1'"))
        .expectNext("s-1 deleted")
        .then(() -> execute("UPDATE sessions SET session_id = 's-3'"))
        .expectNextCount(2)
        .then(() -> execute("TRUNCATE sessions"))
        .expectNext("s-3 deleted")
        .thenCancel()
        .verify(Await.LIMIT);
  }

  private String said(SessionChange change) {
    return change instanceof SessionChange.Current current
        ? "%s@%d %s".formatted(change.id(), current.session().version(), current.session().state())
        : change.id() + " deleted";
  }

  /** Which knows nothing of numbers, and gives out versions itself. */
  @Test
  void sees_what_the_version_before_writes() {
    create(ID);

    StepVerifier.create(versions(ID))
        .expectNext(1L)
        .then(() -> execute("UPDATE sessions SET version = version + 1, last_write = 'w-1'"))
        .expectNext(2L)
        .thenCancel()
        .verify(Await.LIMIT);
  }

  /** The first draws its number, and commits long after one that has drawn a later number. */
  private static Mono<List<Long>> overtaken(Flux<Long> watched) throws SQLException {
    Sinks.One<List<Long>> seen = Sinks.one();
    var watching = watched.collectList().subscribe(seen::tryEmitValue, seen::tryEmitError);
    try (Connection slow = SERVER.jdbc();
        Statement statement = slow.createStatement()) {
      slow.setAutoCommit(false);
      statement.execute("UPDATE sessions SET state = 'RUNNING' WHERE session_id = 's-1'");
      Await.done(step(SERVER.storage(), OTHER));
      // Long enough for a reader that goes by the newest number to have passed the first one by.
      Await.done(Mono.delay(Duration.ofMillis(300)));
      Await.done(step(SERVER.storage(), OTHER));
      slow.commit();
    }
    return seen.asMono().doFinally(signal -> watching.dispose());
  }

  @Test
  void loses_nothing_when_a_later_number_commits_first() throws SQLException {
    create(ID);
    create(OTHER);
    Flux<Long> both =
        Flux.merge(
            versions(ID).takeUntil(version -> version == 2),
            versions(OTHER).takeUntil(version -> version == 3));

    assertThat(Await.value(overtaken(both))).contains(2L, 3L);
  }

  /** What floors are for: the same drill, longer than anybody waits between two looks. */
  @Test
  void a_reader_that_goes_by_the_newest_number_would_lose_what_was_overtaken() throws SQLException {
    create(ID);
    create(OTHER);
    execute(
        "CREATE OR REPLACE FUNCTION session_horizon(tag integer) RETURNS bigint LANGUAGE sql AS"
            + " 'SELECT last_value FROM "
            + PostgresUrl.parse(SERVER.currentUrl()).schema().value()
            + ".session_change'");

    assertThat(Await.value(overtaken(versions(ID).take(Duration.ofSeconds(5)))))
        .as("the change to version 2 is never seen")
        .containsExactly(1L);
  }

  @Test
  void forgets_old_changes_and_says_so_to_whoever_is_not_as_far() {
    create(ID);
    Await.value(step(SERVER.storage(), ID));
    Inside inside = new Inside();
    SessionUpkeep upkeep = new SessionUpkeep(inside.database, inside.tools);
    SessionChanges changes = new SessionChanges(inside.database, inside.tools);

    assertThat(Await.value(changes.behind(0)).sights()).hasSize(1);
    assertThat(Await.value(upkeep.forget(600))).as("it is not old").isZero();
    execute("UPDATE session_changes SET changed_at = now() - interval '11 minutes'");
    Await.value(step(SERVER.storage(), ID));
    assertThat(Await.value(upkeep.forget(600))).isEqualTo(2);

    assertThat(Await.value(changes.behind(0)).isLost()).isTrue();
    assertThat(Await.value(changes.behind(2)).isLost()).isFalse();
    assertThat(Await.value(changes.behind(2)).sights()).hasSize(1);
    assertThat(Await.value(changes.behind(1_000)).isLost())
        .as("nobody can be there: the sequence has gone back")
        .isTrue();

    upkeep.close();
    inside.close();
  }

  /** The reader looks whether it has missed something, and then has to wait for the changes. */
  @Test
  void says_so_when_changes_are_forgotten_while_it_looks() throws SQLException {
    create(ID);
    Inside inside = new Inside();
    SessionChanges changes = new SessionChanges(inside.database, inside.tools);
    Sinks.One<SessionChanges.Page> read = Sinks.one();
    try (Connection forgetting = SERVER.jdbc();
        Statement statement = forgetting.createStatement()) {
      forgetting.setAutoCommit(false);
      statement.execute("LOCK TABLE session_changes IN ACCESS EXCLUSIVE MODE");
      var unused = changes.behind(0).subscribe(read::tryEmitValue, read::tryEmitError);
      awaitWaiting("relation = 'session_changes'::regclass", 1);
      statement.execute("DELETE FROM session_changes");
      statement.execute("UPDATE store SET session_changes_forgotten = 1");
      forgetting.commit();
    }

    assertThat(Await.value(read.asMono()).isLost()).isTrue();
    inside.close();
  }

  private static void awaitWaiting(String lock, int many) {
    String sql = "SELECT count(*) FROM pg_locks WHERE NOT granted AND " + lock;
    var unused =
        Await.until(
            Mono.fromCallable(() -> Integer.parseInt(one(sql)))
                .subscribeOn(Schedulers.boundedElastic())
                .filter(waiting -> waiting == many));
  }

  /** Random letters, which take up as much as they are, and others that take up nothing. */
  @Test
  void a_page_ends_where_its_data_is_too_much() {
    byte[] random = new byte[30_000];
    new Random(1).nextBytes(random);
    String letters = Base64.getEncoder().encodeToString(random);
    for (int i = 0; i < 4; i++) {
      Json data = Json.from(i % 2 == 0 ? letters : "x".repeat(letters.length()));
      SessionDetails details = SessionDetails.of("build", "r", data);
      Await.done(SERVER.storage().sessions().create(new SessionId("s-" + i), details));
    }
    Await.value(step(SERVER.storage(), new SessionId("s-0")));

    assertThat(page(0, 60_000)).as("one besides the first").isEqualTo("2 true 3");
    assertThat(page(2, 60_000)).as("one besides the first again").isEqualTo("4 true 3");
    assertThat(page(4, 60_000)).isEqualTo("5 false 2");
    assertThat(page(0, 1)).as("never none").isEqualTo("1 true 2");
    assertThat(page(0, 1_000_000)).as("each once").isEqualTo("5 false 5");
  }

  private static String page(long place, long bytes) {
    String sql =
        "SELECT max(reached) || ' ' || bool_or(is_full) || ' ' || count(*)"
            + " FROM session_changes_behind((SELECT lock_tag # 1 FROM store), %d, 1000, %d)";
    return one(sql.formatted(place, bytes));
  }

  @Test
  void whoever_waits_for_a_session_holds_nobody_back() throws SQLException {
    SessionId third = new SessionId("s-3");
    create(ID);
    create(OTHER);
    create(third);
    SessionStore sessions = SERVER.storage().sessions();
    Sinks.Empty<Void> written = Sinks.empty();
    try (Connection idle = SERVER.jdbc();
        Statement statement = idle.createStatement()) {
      idle.setAutoCommit(false);
      statement.execute("SELECT FROM sessions WHERE session_id <> 's-2' FOR UPDATE");
      var unused =
          Mono.when(step(SERVER.storage(), ID), sessions.delete(third))
              .subscribe(nothing -> {}, written::tryEmitError, written::tryEmitEmpty);
      awaitWaiting("locktype = 'transactionid'", 2);
      StepVerifier.create(versions(OTHER))
          .expectNext(1L)
          .then(() -> Await.value(step(SERVER.storage(), OTHER)))
          .expectNext(2L)
          .thenCancel()
          .verify(Await.LIMIT);
      idle.rollback();
    }
    Await.done(written.asMono());
    assertThat(Await.value(sessions.get(ID)).version()).isEqualTo(2);
    assertThat(Await.maybe(sessions.find(third))).isEmpty();
  }

  @Test
  void says_that_it_may_have_written_also_when_it_has_not() {
    SessionDetails details = SessionDetails.of("build", "r", Json.EMPTY);
    create(ID);
    Inside inside = new Inside();
    AtomicInteger said = new AtomicInteger();
    PostgresSessionStore store =
        new PostgresSessionStore(inside.database, inside.tools, said::incrementAndGet);

    Await.value(store.create(ID, details));
    assertThat(said).as("created before, but the floor was held").hasValue(1);
    Await.done(store.delete(OTHER));
    assertThat(said).hasValue(2);
    inside.close();
  }

  /** What a storage is made of. */
  private static final class Inside {

    private final PostgresConfiguration configuration = PostgresUrl.parse(SERVER.currentUrl());
    private final Connections connections = new Connections(configuration);
    private final Database database = new Database(connections.control());
    private final EventTools tools =
        new EventTools(
            configuration.schema(),
            Integer.parseInt(one("SELECT lock_tag FROM store")),
            new PartitionKeeper(database, configuration.schema(), Clock.systemUTC()));

    void close() {
      Await.done(database.close().then(connections.close()));
    }
  }

  private static String one(String sql) {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void goes_on_when_all_its_connections_are_ended() {
    create(ID);
    UnifiedStorage watcher = SERVER.open(SERVER.currentUrl() + "&application_name=cut_off");
    Flux<Long> watched = watcher.sessions().watch(ID).map(Session::version);

    StepVerifier.create(watched)
        .expectNext(1L)
        .then(
            () ->
                execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name LIKE 'cut_off%'"))
        .then(() -> Await.value(step(SERVER.storage(), ID)))
        .expectNext(2L)
        .then(() -> Await.value(step(SERVER.storage(), ID)))
        .expectNext(3L)
        .thenCancel()
        .verify(Await.LIMIT);
  }

  @Test
  void updates_that_change_no_indexed_column_stay_on_their_page() {
    create(ID);
    for (int i = 0; i < 200; i++) {
      Await.value(step(SERVER.storage(), ID));
    }

    SERVER.closeAll();
    long counted = Await.until(statistic("n_tup_upd").filter(updates -> updates >= 200));
    assertThat(counted).isEqualTo(200);
    assertThat(Await.value(statistic("n_tup_hot_upd"))).isGreaterThan(180);
  }

  /** Back ends tell it late, and when they end. */
  private static Mono<Long> statistic(String column) {
    String sql = "SELECT %s FROM pg_stat_user_tables WHERE relid = 'sessions'::regclass";
    return Mono.fromCallable(() -> Long.parseLong(one(sql.formatted(column))))
        .subscribeOn(Schedulers.boundedElastic());
  }
}
