package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Subscribers of the process that appends. */
class OwnEventsIT {

  private static final long SEED = 20261126;
  private static final int ROUNDS = 10;
  private static final int APPENDS = 200;
  private static final Duration WHILE_HELD = Duration.ofSeconds(2);

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private final List<RecordedEvent> live = new CopyOnWriteArrayList<>();

  /**
   * A foreign writer holds the horizon: whoever asks the database is told of nothing behind it. An
   * append that is rolled back and repeated, as on a busy machine, leaves a gap behind which all
   * wait for the horizon; so it is tried a few times.
   */
  @Test
  void get_what_it_has_committed_without_asking_the_database() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    Disposable subscriber = subscribe(storage, Duration.ZERO);
    Await.done(append(storage, 0));
    Await.that(() -> live.size() == 1);

    boolean handedOn = false;
    for (int round = 0; round < ROUNDS && !handedOn; round++) {
      handedOn = isHandedOnBehindTheHorizon(storage);
      int expected = 1 + (round + 1) * APPENDS;
      Await.that(() -> live.size() == expected);
    }

    assertThat(handedOn).as("while the database told nothing of it").isTrue();
    assertThat(live).as("as the database has it").isEqualTo(read(storage));
    subscriber.dispose();
  }

  private boolean isHandedOnBehindTheHorizon(UnifiedStorage storage) throws SQLException {
    int before = live.size();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT pg_advisory_xact_lock_shared(lock_tag, (last_value & 2147483647)::integer)"
              + " FROM store, event_position");
      Await.done(Flux.range(1, APPENDS).flatMap(n -> append(storage, n), 50));
      boolean handedOn =
          Mono.fromSupplier(() -> live.size() == before + APPENDS)
              .filter(Boolean::booleanValue)
              .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(20)))
              .timeout(WHILE_HELD, Mono.just(false))
              .blockOptional()
              .orElseThrow();
      assertThat(read(storage)).as("what the database tells").hasSize(before);
      connection.rollback();
      return handedOn;
    }
  }

  /** Appends that are refused, transactions, some rolled back, and another process among them. */
  @Test
  void miss_nothing_and_see_nothing_twice_whoever_else_appends() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    UnifiedStorage other = SERVER.open(SERVER.currentUrl() + "&connections=4");
    Disposable subscriber = subscribe(storage, Duration.ZERO);
    // A job that two transactions create at once is refused to one of them.
    Await.done(Flux.range(0, 100).concatMap(n -> append(storage, n)));
    Random random = new Random(SEED);
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      Mono<Void> own = Flux.range(0, 8_000).flatMap(n -> any(storage, n, random), 100).then();
      Mono<Void> transactions =
          Flux.range(0, 400).flatMap(n -> transaction(storage, n, n % 5 == 0), 3).then();
      Mono<Void> foreign = Flux.range(0, 400).concatMap(n -> append(other, n)).then();
      Mono<Void> all = Mono.when(own, transactions, foreign).cache();
      Disposable running = all.subscribe();
      for (int n = 0; n < 20; n++) {
        statement.execute("SELECT nextval('event_position')");
        LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
      }
      Await.done(all);
      running.dispose();
    }
    Await.done(append(storage, -1));
    Await.that(() -> !live.isEmpty() && live.get(live.size() - 1).job().equals(job(-1)));

    assertThat(live).as("as the database has it").isEqualTo(read(storage));
    assertThat(live).hasSizeGreaterThan(8_000);
    subscriber.dispose();
  }

  /** The safety poll comes every two seconds: with it alone this would take most of a minute. */
  @Test
  void are_not_held_up_by_a_position_that_nobody_will_ever_use() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    Disposable subscriber = subscribe(storage, Duration.ofMillis(10));
    Await.done(append(storage, 0));
    Await.that(() -> live.size() == 1);
    long begin = System.nanoTime();

    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      for (int n = 0; n < 25; n++) {
        int expected = 1 + 3 * (n + 1);
        Await.done(append(storage, n));
        Await.done(append(storage, n));
        statement.execute("SELECT nextval('event_position')");
        Await.done(append(storage, n));
        Await.that(() -> live.size() == expected);
      }
    }

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(15));
    subscriber.dispose();
  }

  private Disposable subscribe(UnifiedStorage storage, Duration each) {
    return storage
        .events()
        .subscribe(EventFilter.all(), StartFrom.beginning())
        .subscribe(
            event -> {
              LockSupport.parkNanos(each.toNanos());
              live.add(event);
            });
  }

  private static List<RecordedEvent> read(UnifiedStorage storage) {
    EventQuery all = EventQuery.forward(EventFilter.all()).limit(20_000);
    return Await.value(storage.events().read(all).collectList());
  }

  /** Some expect a version that another may have taken. */
  private static Mono<?> any(UnifiedStorage storage, int n, Random random) {
    ExpectedVersion expected =
        random.nextInt(4) == 0
            ? ExpectedVersion.exactly(random.nextInt(40))
            : ExpectedVersion.any();
    List<Event> events = List.of(event(n), event(n)).subList(0, 1 + random.nextInt(2));
    return storage
        .events()
        .append(job(n), expected, events)
        .then()
        .onErrorResume(ConflictException.class, refused -> Mono.empty());
  }

  private static Mono<Void> transaction(UnifiedStorage storage, int n, boolean rollsBack) {
    return storage
        .inTransaction(
            tx ->
                tx.events()
                    .append(job(100 + n), ExpectedVersion.any(), List.of(event(n)))
                    .then(rollsBack ? Mono.error(new RolledBack()) : Mono.just(n)))
        .then()
        .onErrorResume(RolledBack.class, expected -> Mono.empty());
  }

  private static Mono<?> append(UnifiedStorage storage, int n) {
    return storage.events().append(job(n), ExpectedVersion.any(), List.of(event(n)));
  }

  /** Without a time of its own, and spelled otherwise than the database spells it. */
  private static Event event(int n) {
    return Event.of("t", Json.of("{\"n\":%d.50,  \"and\":[1e3, \"\\u00e4\"]}".formatted(n)));
  }

  private static JobId job(int n) {
    return new JobId("job-" + (n < 0 ? "last" : n % 100));
  }

  private static final class RolledBack extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
