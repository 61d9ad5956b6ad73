package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockStore;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Several processes that wait for one lock. */
class LockQueueIT {

  private static final LockName LOCK = new LockName("lock");
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  /** Shorter than the looks of those that are not called. */
  private static final Duration SOON = Duration.ofSeconds(4);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static LockRequest wish(String owner) {
    return new LockRequest(LOCK, owner, HOUR);
  }

  /** Another process, as far as the database knows. */
  private static UnifiedStorage another() {
    return SERVER.open(SERVER.currentUrl());
  }

  private static CompletableFuture<Lease> waiting(UnifiedStorage storage, LockRequest request) {
    CompletableFuture<Lease> lease = storage.locks().acquire(request, PATIENCE).toFuture();
    Await.done(Mono.delay(Duration.ofMillis(300)));
    assertThat(lease).as("waits").isNotDone();
    return lease;
  }

  private static Lease soon(CompletableFuture<Lease> lease) {
    return Await.value(Mono.fromFuture(lease.orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)));
  }

  /** Asking blocks: on a thread where it may. */
  private static void eventually(Callable<Boolean> condition) {
    assertThat(
            Await.until(
                Mono.fromCallable(condition)
                    .subscribeOn(Schedulers.boundedElastic())
                    .filter(Boolean::booleanValue)))
        .isTrue();
  }

  private static long queued() throws SQLException {
    return count("SELECT count(*) FROM lock_queue");
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Test
  void a_release_in_one_process_wakes_another() throws SQLException {
    UnifiedStorage one = SERVER.storage();
    Lease first = Await.value(one.locks().tryAcquire(wish("a")));
    CompletableFuture<Lease> second = waiting(another(), wish("b"));
    assertThat(queued()).isEqualTo(1);

    Await.done(one.locks().release(first));

    assertThat(soon(second).token()).isEqualTo(first.token() + 1);
    assertThat(queued()).isZero();
  }

  /**
   * A process that is slow to come is passed over, and a busy machine is slow: so it may try again.
   */
  @Test
  void processes_take_turns_and_keep_their_own_order() {
    UnifiedStorage one = SERVER.storage();
    UnifiedStorage other = another();
    List<String> turns = List.of("one-0", "other-0", "one-1", "other-1", "one-2", "other-2");

    List<String> served = served(one, other);
    for (int round = 1; round < 5 && !served.equals(turns); round++) {
      served = served(one, other);
    }
    assertThat(served).isEqualTo(turns);
  }

  /** Who was served in what order, of three that each wait in a process: in any case in theirs. */
  private static List<String> served(UnifiedStorage one, UnifiedStorage other) {
    List<String> served = Collections.synchronizedList(new ArrayList<>());
    Lease first = Await.value(one.locks().tryAcquire(wish("first")));
    List<CompletableFuture<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      String owner = (i < 3 ? "one-" : "other-") + i % 3;
      LockStore locks = (i < 3 ? one : other).locks();
      waiters.add(
          locks
              .acquire(wish(owner), PATIENCE)
              .doOnNext(lease -> served.add(owner))
              .delayUntil(lease -> Mono.delay(Duration.ofMillis(50)))
              .flatMap(locks::release)
              .toFuture());
      Await.done(Mono.delay(Duration.ofMillis(200)));
    }

    Await.done(one.locks().release(first));
    Await.done(Flux.fromIterable(waiters).concatMap(Mono::fromFuture));
    assertThat(served)
        .filteredOn(owner -> owner.startsWith("one-"))
        .containsExactly("one-0", "one-1", "one-2");
    assertThat(served)
        .filteredOn(owner -> owner.startsWith("other-"))
        .containsExactly("other-0", "other-1", "other-2");
    return served;
  }

  @Test
  void whoever_called_a_process_that_does_not_come_calls_the_next() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Lease first = Await.value(storage.locks().tryAcquire(wish("a")));
    execute(
        "INSERT INTO lock_queue VALUES"
            + " ('lock', 'gone', now() - interval '1 minute', NULL, now() + interval '1 hour'),"
            + " ('lock', 'next', now(), NULL, now() + interval '1 hour')");

    Await.done(storage.locks().release(first));

    // Nobody who is there waits, so nobody looks by itself.
    eventually(() -> missed() == 2);
  }

  @Test
  void whoever_missed_its_turn_has_its_place_again_once_it_is_heard_of() throws SQLException {
    UnifiedStorage one = SERVER.storage();
    Lease first = Await.value(one.locks().tryAcquire(wish("a")));
    CompletableFuture<Lease> slow = waiting(another(), wish("b"));
    CompletableFuture<Lease> behind = waiting(another(), wish("c"));
    execute(
        "UPDATE lock_queue SET missed = true WHERE since = (SELECT min(since) FROM lock_queue)");

    Await.done(one.locks().release(first));

    Lease next = soon(behind);
    assertThat(next.token()).isEqualTo(first.token() + 1);
    CompletableFuture<Lease> last = waiting(another(), wish("d"));
    assertThat(slow).isNotDone();
    // It hears of the call for another, and looks.
    eventually(() -> missed() == 0);
    Await.done(one.locks().release(next));
    assertThat(soon(slow).token()).isEqualTo(next.token() + 1);
    assertThat(last).isNotDone();
  }

  @Test
  void only_a_call_that_is_as_old_as_that_is_passed_on() throws SQLException {
    UnifiedStorage one = SERVER.storage();
    Await.done(one.locks().release(Await.value(one.locks().tryAcquire(wish("a")))));
    execute(
        "INSERT INTO lock_queue VALUES ('lock', 'gone', now(), now(), now() + interval '1 hour')");

    assertThat(passed("gone", 3_600_000_000L)).as("it was called later than that").isEqualTo("-");
    assertThat(passed("gone", 0)).as("it has time to come").isEqualTo("look");
    execute("UPDATE lock_queue SET called_at = now() - interval '1 minute'");
    try (Connection deciding = SERVER.jdbc();
        Statement statement = deciding.createStatement()) {
      deciding.setAutoCommit(false);
      statement.execute("SELECT FROM locks WHERE lock_name = 'lock' FOR NO KEY UPDATE");
      assertThat(passed("gone", 50_000_000)).as("waits for nobody").isEqualTo("look");
    }
    execute("UPDATE lock_queue SET misses = 3, called_at = now() - interval '100 milliseconds'");
    assertThat(passed("gone", 100_000)).as("was slow before").isEqualTo("look");
    execute(
        "INSERT INTO lock_queue VALUES ('lock', 'next', now(), NULL, now() + interval '1 hour')");
    execute("UPDATE lock_queue SET called_at = now() - interval '1 minute' WHERE process = 'gone'");
    assertThat(passed("gone", 50_000_000)).isEqualTo("next");
    assertThat(passed("gone", 50_000_000)).as("once").isEqualTo("-");
  }

  private static String passed(String process, long ageMicros) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT coalesce(called, CASE WHEN look_after > 0 THEN 'look' END, '-')"
                    + " FROM pass_lock_on('lock', '%s', %d)".formatted(process, ageMicros))) {
      row.next();
      return row.getString(1);
    }
  }

  private static long missed() throws SQLException {
    return count("SELECT count(*) FROM lock_queue WHERE missed");
  }

  @Test
  void a_process_that_does_not_come_loses_its_turn() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Lease first = Await.value(storage.locks().tryAcquire(wish("a")));
    execute(
        "INSERT INTO lock_queue VALUES ('lock', 'gone', now() - interval '1 minute', NULL,"
            + " now() + interval '1 hour')");
    CompletableFuture<Lease> second = waiting(storage, wish("b"));

    Await.done(storage.locks().release(first));
    Await.failure(ConflictException.class, storage.locks().tryAcquire(wish("c")));

    assertThat(soon(second).token()).isEqualTo(first.token() + 1);
    assertThat(count("SELECT count(*) FROM lock_queue WHERE NOT missed")).isZero();
  }

  @Test
  void a_place_that_nobody_looks_after_is_not_minded() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Await.done(storage.locks().release(Await.value(storage.locks().tryAcquire(wish("a")))));
    execute(
        "INSERT INTO lock_queue VALUES ('lock', 'gone', now() - interval '1 minute', NULL,"
            + " now() - interval '1 second')");

    assertThat(Await.value(storage.locks().tryAcquire(wish("b"))).owner()).isEqualTo("b");
    assertThat(queued()).isZero();
  }

  @Test
  void nothing_is_left_of_those_that_gave_up() throws SQLException {
    UnifiedStorage one = SERVER.storage();
    UnifiedStorage other = another();
    Lease first = Await.value(one.locks().tryAcquire(wish("a")));
    CompletableFuture<Lease> cancelled = waiting(other, wish("b"));
    CompletableFuture<Lease> behind = waiting(one, wish("c"));
    assertThat(queued()).isEqualTo(2);

    cancelled.cancel(true);
    Await.failure(
        ConflictException.class, other.locks().acquire(wish("d"), Duration.ofMillis(300)));
    eventually(() -> queued() == 1);

    Await.done(other.locks().release(first));
    assertThat(soon(behind).token()).isEqualTo(first.token() + 1);
  }

  @Test
  void hundreds_that_wait_hold_no_connection() {
    UnifiedStorage storage = SERVER.storage();
    Lease first = Await.value(storage.locks().tryAcquire(wish("first")));
    List<CompletableFuture<Long>> waiters =
        IntStream.range(0, 300)
            .mapToObj(
                i ->
                    storage
                        .locks()
                        .withLock(
                            wish("w-" + i),
                            Duration.ofMinutes(2),
                            lease -> Mono.just(lease.token()))
                        .toFuture())
            .toList();
    Await.done(Mono.delay(Duration.ofMillis(500)));

    assertThat(Await.maybe(storage.sessions().find(new SessionId("s")))).isEmpty();
    Await.done(storage.locks().release(first));

    assertThat(Await.all(Flux.fromIterable(waiters).concatMap(Mono::fromFuture)))
        .hasSize(300)
        .doesNotHaveDuplicates();
  }

  /** It looks at the lock's row only, as the version before shares did. */
  @Test
  void whoever_knows_nothing_of_shares_finds_a_shared_lock_held() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    Lease share = Await.value(storage.locks().tryAcquire(wish("a").shared()));
    String free = "SELECT count(*) FROM locks WHERE owner IS NULL OR expires_at <= now()";

    assertThat(count(free)).isZero();
    Await.done(storage.locks().release(share));
    assertThat(count(free)).isEqualTo(1);
    assertThat(count("SELECT count(*) FROM lock_shares")).isZero();
  }

  private static long count(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getLong(1);
    }
  }
}
