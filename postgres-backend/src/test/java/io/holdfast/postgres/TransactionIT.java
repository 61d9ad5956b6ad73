package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Isolation;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Transactions that really run at once, which the contract cannot make them do everywhere. */
class TransactionIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static final SessionId LEFT = new SessionId("left");
  private static final SessionId RIGHT = new SessionId("right");
  private static final TransactionOptions DEFAULT = TransactionOptions.DEFAULT;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AtomicInteger runs = new AtomicInteger();
  private UnifiedStorage storage;

  @BeforeEach
  void two_sessions_run() {
    storage = SERVER.open(SERVER.currentUrl(), registry);
    for (SessionId id : List.of(LEFT, RIGHT)) {
      Session created =
          Await.value(
              storage.sessions().create(id, SessionDetails.of("build", "repository", Json.EMPTY)));
      Await.value(storage.sessions().update(created.withState(SessionState.RUNNING)));
    }
  }

  private List<SessionState> states() {
    return Flux.just(LEFT, RIGHT)
        .concatMap(storage.sessions()::get)
        .map(Session::state)
        .collectList()
        .block();
  }

  private double reruns() {
    return registry.get("holdfast.transactions.reruns").counter().count();
  }

  /** Each pauses its own session if the other's runs; both have looked before either writes. */
  private Mono<Void> skew(TransactionOptions options) {
    List<Sinks.Empty<Void>> looked = List.of(Sinks.empty(), Sinks.empty());
    return Mono.when(
        pauseUnlessLast(options, LEFT, RIGHT, looked.get(0), looked.get(1)),
        pauseUnlessLast(options, RIGHT, LEFT, looked.get(1), looked.get(0)));
  }

  private Mono<Void> pauseUnlessLast(
      TransactionOptions options,
      SessionId mine,
      SessionId others,
      Sinks.Empty<Void> looked,
      Sinks.Empty<Void> other) {
    return storage.inTransaction(
        options,
        tx -> {
          runs.incrementAndGet();
          return tx.sessions()
              .get(others)
              .filter(session -> session.state() == SessionState.RUNNING)
              .doOnSuccess(any -> looked.tryEmitEmpty())
              .delayUntil(session -> other.asMono())
              .flatMap(session -> pause(tx, mine))
              .then();
        });
  }

  private static Mono<Session> pause(StoreSet tx, SessionId id) {
    return tx.sessions()
        .get(id)
        .flatMap(session -> tx.sessions().update(session.withState(SessionState.PAUSED)));
  }

  /** What the next test is about: the default level lets it happen. */
  @Test
  void read_committed_lets_both_decide_on_what_the_other_changes() {
    Await.done(skew(DEFAULT));

    assertThat(states()).containsOnly(SessionState.PAUSED);
    assertThat(runs).hasValue(2);
    assertThat(reruns()).isZero();
  }

  @Test
  void serializable_refuses_one_of_them_and_runs_it_again() {
    Await.done(skew(DEFAULT.withIsolation(Isolation.SERIALIZABLE)));

    assertThat(states()).containsExactlyInAnyOrder(SessionState.PAUSED, SessionState.RUNNING);
    assertThat(runs).hasValue(3);
    assertThat(reruns()).isEqualTo(1);
  }

  @Test
  void with_a_single_attempt_the_one_that_is_refused_fails() {
    UnavailableException refused =
        Await.failure(
            UnavailableException.class,
            skew(DEFAULT.withIsolation(Isolation.SERIALIZABLE).withAttempts(1)));

    assertThat(refused).hasMessageContaining("each of 1 attempts").hasMessageContaining("40001");
    assertThat(states()).contains(SessionState.RUNNING);
  }

  @Test
  void repeatable_read_sees_one_state_and_read_committed_each_new_one() {
    assertThat(readsAroundAWrite(Isolation.READ_COMMITTED)).containsExactly(2L, 3L);
    assertThat(readsAroundAWrite(Isolation.REPEATABLE_READ)).containsExactly(3L, 3L);
    assertThat(readsAroundAWrite(Isolation.SERIALIZABLE)).containsExactly(4L, 4L);
  }

  private List<Long> readsAroundAWrite(Isolation isolation) {
    Sinks.Empty<Void> written = Sinks.empty();
    Sinks.Empty<Void> looked = Sinks.empty();
    Mono<List<Long>> reader =
        storage.inTransaction(
            DEFAULT.withIsolation(isolation),
            tx ->
                Flux.concat(
                        tx.sessions().get(LEFT).doOnNext(first -> looked.tryEmitEmpty()),
                        written.asMono().then(Mono.defer(() -> tx.sessions().get(LEFT))))
                    .map(Session::version)
                    .collectList());
    Mono<Void> writer =
        looked
            .asMono()
            .then(Mono.defer(() -> storage.sessions().get(LEFT)))
            .flatMap(storage.sessions()::update)
            .doOnNext(updated -> written.tryEmitEmpty())
            .then();
    return Await.value(Mono.zip(reader, writer.thenReturn(true)).map(both -> both.getT1()));
  }

  @Test
  void of_two_that_wait_for_each_other_one_is_run_again() {
    List<Sinks.Empty<Void>> wrote = List.of(Sinks.empty(), Sinks.empty());
    Sinks.Empty<Void> oneIsDone = Sinks.empty();

    Await.done(
        Mono.when(
            inOrder(LEFT, RIGHT, wrote.get(0), wrote.get(1), oneIsDone),
            inOrder(RIGHT, LEFT, wrote.get(1), wrote.get(0), oneIsDone)));

    assertThat(runs).hasValue(3);
    assertThat(reruns()).isEqualTo(1);
    assertThat(Await.value(storage.sessions().get(LEFT)).version()).isEqualTo(4);
    assertThat(Await.value(storage.sessions().get(RIGHT)).version()).isEqualTo(4);
  }

  /** Whoever is run again waits for the other one, which would else change what it has read. */
  private Mono<Void> inOrder(
      SessionId first,
      SessionId second,
      Sinks.Empty<Void> wrote,
      Sinks.Empty<Void> other,
      Sinks.Empty<Void> oneIsDone) {
    AtomicInteger attempts = new AtomicInteger();
    return storage
        .<Void>inTransaction(
            tx -> {
              runs.incrementAndGet();
              return (attempts.getAndIncrement() == 0 ? Mono.<Void>empty() : oneIsDone.asMono())
                  .then(Mono.defer(() -> tx.sessions().get(first)))
                  .flatMap(tx.sessions()::update)
                  .doOnNext(updated -> wrote.tryEmitEmpty())
                  .then(other.asMono())
                  .then(Mono.defer(() -> tx.sessions().get(second)))
                  .flatMap(tx.sessions()::update)
                  .then();
            })
        .doOnSuccess(done -> oneIsDone.tryEmitEmpty());
  }

  /** The lock is never let go of: only the limit that the server was told ends the statement. */
  @Test
  void a_statement_that_waits_for_a_lock_ends_with_its_transaction() throws Exception {
    UnifiedStorage single = SERVER.open(SERVER.currentUrl() + "&connections=1");
    try (Connection stranger = SERVER.jdbc();
        Statement statement = stranger.createStatement()) {
      stranger.setAutoCommit(false);
      statement.execute("SELECT 1 FROM sessions WHERE session_id = 'left' FOR UPDATE");

      long start = System.nanoTime();
      assertThat(
              Await.failure(
                  UnavailableException.class,
                  single.inTransaction(
                      DEFAULT.withTimeout(Duration.ofMillis(400)), tx -> pause(tx, LEFT))))
          .hasMessageContaining("PT0.4S");
      Await.value(single.inTransaction(tx -> pause(tx, RIGHT)));

      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("the one connection is free again long before a statement's usual time is up")
          .isLessThan(Duration.ofSeconds(20));
    }
    assertThat(states()).containsExactly(SessionState.RUNNING, SessionState.PAUSED);
  }

  @Test
  void does_not_commit_after_a_failure_that_the_work_has_swallowed() throws Exception {
    execute("ALTER TABLE dead_letter_states RENAME TO gone");
    SessionId another = new SessionId("another");

    Await.failure(
        Throwable.class,
        storage.inTransaction(
            tx ->
                tx.sessions()
                    .create(another, SessionDetails.of("build", "repository", Json.EMPTY))
                    .then(
                        tx.deadLetters()
                            .find(new DeadLetterKey(new JobId("job"), new ItemId("item")))
                            .onErrorResume(error -> Mono.empty()))
                    .thenReturn("done")));

    execute("ALTER TABLE gone RENAME TO dead_letter_states");
    assertThat(Await.maybe(storage.sessions().find(another))).isEmpty();
  }

  private static void execute(String sql) throws Exception {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
