package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.InvalidInputException;
import io.holdfast.Isolation;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.TransactionOptions;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** What transactions see of each other, and what is done about those that cannot be fitted in. */
public interface TransactionIsolationContract extends StorageContract {

  /** More than a fair chance: all who meet run again at once. */
  TransactionOptions SERIALIZABLE =
      TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE).withAttempts(100);

  private SessionId running(String name) {
    SessionId id = new SessionId(name);
    Session created = Await.value(storage().sessions().create(id, details(1)));
    Await.value(storage().sessions().update(created.withState(SessionState.RUNNING)));
    return id;
  }

  /** Pauses {@code mine} if {@code others} is running, too: together, both would pause. */
  private static Mono<String> pauseUnlessLast(
      StoreSet tx, SessionId mine, SessionId others, Mono<?> meanwhile) {
    return tx.sessions()
        .get(others)
        .filter(other -> other.state() == SessionState.RUNNING)
        .delayUntil(other -> meanwhile)
        .flatMap(other -> tx.sessions().get(mine))
        .flatMap(session -> tx.sessions().update(session.withState(SessionState.PAUSED)))
        .thenReturn("done");
  }

  @Test
  default void a_job_that_was_created_since_the_snapshot_is_found_when_run_again() {
    AtomicInteger runs = new AtomicInteger();
    TransactionOptions repeatable =
        TransactionOptions.DEFAULT.withIsolation(Isolation.REPEATABLE_READ);

    Await.value(
        storage()
            .inTransaction(
                repeatable,
                tx ->
                    tx.sessions()
                        .find(SESSION)
                        .then(runs.incrementAndGet() == 1 ? anotherCreates() : Mono.empty())
                        .then(tx.events().append(JOB, ExpectedVersion.any(), events(1)))));

    assertThat(runs).hasValueBetween(1, 2);
    var unused = Await.until(storage().events().stats(JOB).filter(stats -> stats.total() == 2));
  }

  /** Not within the transaction; where transactions are one after the other, it comes behind. */
  private Mono<Void> anotherCreates() {
    return Mono.defer(
            () ->
                Mono.fromFuture(
                    storage().events().append(JOB, ExpectedVersion.any(), events(1)).toFuture(),
                    true))
        .timeout(Duration.ofSeconds(1), Mono.empty())
        .then();
  }

  @Test
  default void serializable_transactions_do_not_decide_on_what_the_other_changes() {
    SessionId left = running("left");
    SessionId right = running("right");
    AtomicInteger runs = new AtomicInteger();
    List<Sinks.Empty<Void>> looked = List.of(Sinks.empty(), Sinks.empty());

    List<String> ends =
        Race.allWin(
            2,
            i ->
                storage()
                    .inTransaction(
                        SERIALIZABLE,
                        tx -> {
                          runs.incrementAndGet();
                          Mono<Void> met =
                              Mono.fromRunnable(() -> looked.get(i).tryEmitEmpty())
                                  .then(looked.get(1 - i).asMono())
                                  .timeout(Duration.ofMillis(300), Mono.empty());
                          return pauseUnlessLast(
                              tx, i == 0 ? left : right, i == 0 ? right : left, met);
                        }));

    assertThat(ends).hasSize(2);
    assertThat(List.of(left, right))
        .as("one of the two has seen that it is the last one")
        .filteredOn(id -> Await.value(storage().sessions().get(id)).state() == SessionState.RUNNING)
        .hasSize(1);
    assertThat(runs).as("each ran at least once").hasValueGreaterThanOrEqualTo(2);
  }

  private static Mono<Session> count(StoreSet tx, SessionId id) {
    return tx.sessions()
        .get(id)
        .map(
            session ->
                session.withDetails(
                    session
                        .details()
                        .withProgress(new Progress(session.details().progress().done() + 1, 0))))
        .flatMap(tx.sessions()::update);
  }

  @Test
  default void serializable_transactions_lose_no_update_and_need_no_help() {
    SessionId id = running("counter");

    Race.allWin(12, i -> storage().inTransaction(SERIALIZABLE, tx -> count(tx, id)));

    assertThat(Await.value(storage().sessions().get(id)).details().progress().done()).isEqualTo(12);
  }

  @Test
  default void transactions_in_opposite_order_need_no_help() {
    SessionId left = running("left");
    SessionId right = running("right");
    Await.value(storage().events().append(Samples.job(0), ExpectedVersion.none(), events(1)));
    Await.value(storage().events().append(Samples.job(1), ExpectedVersion.none(), events(1)));
    TransactionOptions patient = TransactionOptions.DEFAULT.withAttempts(100);

    Race.allWin(
        6,
        i ->
            storage()
                .inTransaction(
                    patient,
                    tx ->
                        tx.events()
                            .append(Samples.job(i % 2), ExpectedVersion.any(), events(1))
                            .then(Mono.delay(Duration.ofMillis(20)))
                            .then(
                                tx.events()
                                    .append(
                                        Samples.job(1 - i % 2), ExpectedVersion.any(), events(1)))
                            .then(tx.sessions().get(i % 2 == 0 ? left : right))));

    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(14);
    assertThat(Await.value(storage().events().stats(Samples.job(0))).total()).isEqualTo(7);
  }

  @Test
  default void work_is_run_once_if_nothing_is_in_its_way() {
    AtomicInteger runs = new AtomicInteger();
    for (Isolation isolation : Isolation.values()) {
      Await.value(
          storage()
              .inTransaction(
                  TransactionOptions.DEFAULT.withIsolation(isolation),
                  tx -> {
                    runs.incrementAndGet();
                    return tx.sessions().create(new SessionId(isolation.name()), details(1));
                  }));
    }
    assertThat(runs).hasValue(3);
  }

  @Test
  default void a_failure_of_the_work_is_not_run_again() {
    AtomicInteger runs = new AtomicInteger();
    Await.failure(
        IllegalStateException.class,
        storage()
            .inTransaction(
                SERIALIZABLE,
                tx -> {
                  runs.incrementAndGet();
                  return tx.sessions()
                      .create(SESSION, details(1))
                      .then(Mono.error(new IllegalStateException("mine")));
                }));

    assertThat(runs).hasValue(1);
    assertThat(Await.maybe(storage().sessions().find(SESSION))).isEmpty();
  }

  /** The order of events goes on meanwhile, and a snapshot does not have it. */
  @Test
  default void at_a_stricter_level_events_are_appended_and_counted_but_not_read() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    for (Isolation stricter : List.of(Isolation.REPEATABLE_READ, Isolation.SERIALIZABLE)) {
      TransactionOptions options = TransactionOptions.DEFAULT.withIsolation(stricter);
      Mono<Long> appended =
          storage()
              .inTransaction(
                  options,
                  tx ->
                      tx.events()
                          .stats(JOB)
                          .flatMap(
                              stats ->
                                  tx.events()
                                      .append(
                                          JOB,
                                          ExpectedVersion.exactly(stats.total()),
                                          List.of(event(9))))
                          .map(result -> result.last().version()));
      long version = Await.value(appended);

      InvalidInputException refused =
          Await.failure(
              InvalidInputException.class,
              storage()
                  .inTransaction(options, tx -> tx.events().read(EventQuery.job(JOB)).count()));
      assertThat(refused.what()).isEqualTo("isolation");
      assertThat(Await.value(storage().events().stats(JOB)).total()).isEqualTo(version);
    }
    long read =
        Await.value(storage().inTransaction(tx -> tx.events().read(EventQuery.job(JOB)).count()));
    assertThat(read).isEqualTo(5);
  }
}
