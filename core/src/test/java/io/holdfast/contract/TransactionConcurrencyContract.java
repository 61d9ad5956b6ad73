package io.holdfast.contract;

import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Many transactions at once. */
public interface TransactionConcurrencyContract extends StorageContract {

  SessionId LEFT = new SessionId("left");
  SessionId RIGHT = new SessionId("right");

  private static Retry onConflict() {
    return Retry.indefinitely()
        .filter(
            failure ->
                failure instanceof ConflictException || failure instanceof UnavailableException);
  }

  private static Mono<Session> increment(StoreSet tx, SessionId id) {
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

  private long done(SessionId id) {
    return Await.value(storage().sessions().get(id)).details().progress().done();
  }

  @Test
  default void no_update_is_lost() {
    Await.value(storage().sessions().create(SESSION, details(1)));

    Race.allWin(
        20, i -> storage().inTransaction(tx -> increment(tx, SESSION)).retryWhen(onConflict()));

    assertThat(done(SESSION)).isEqualTo(20);
  }

  @Test
  default void transactions_in_opposite_order_do_not_hang() {
    Await.value(storage().sessions().create(LEFT, details(1)));
    Await.value(storage().sessions().create(RIGHT, details(1)));

    Race.allWin(
        6,
        i -> {
          SessionId first = i % 2 == 0 ? LEFT : RIGHT;
          SessionId second = i % 2 == 0 ? RIGHT : LEFT;
          return storage()
              .inTransaction(tx -> increment(tx, first).then(increment(tx, second)))
              .retryWhen(onConflict());
        });

    assertThat(done(LEFT)).isEqualTo(6);
    assertThat(done(RIGHT)).isEqualTo(6);
  }

  @Test
  default void transactions_on_different_records_all_commit() {
    List<Session> created =
        Race.allWin(
            100,
            i ->
                storage()
                    .inTransaction(
                        tx ->
                            tx.events()
                                .append(job(i), ExpectedVersion.none(), List.of(event(i)))
                                .then(tx.sessions().create(new SessionId("s-" + i), details(i)))));

    assertThat(created).hasSize(100);
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(100);
  }

  @Test
  default void plain_appends_and_transactions_to_the_same_jobs_keep_them_whole() {
    Race.allWin(
        120,
        i ->
            i % 3 == 0
                ? storage()
                    .inTransaction(
                        tx ->
                            tx.events()
                                .append(job(i % 4), ExpectedVersion.any(), List.of(event(i)))
                                .then(
                                    tx.events()
                                        .append(
                                            job((i + 1) % 4),
                                            ExpectedVersion.any(),
                                            List.of(event(i)))))
                    .retryWhen(onConflict())
                : storage().events().append(job(i % 4), ExpectedVersion.any(), List.of(event(i))));

    List<RecordedEvent> read =
        Await.all(storage().events().read(EventQuery.forward(EventFilter.all())));
    assertThat(read).hasSize(40 * 2 + 80);
    Histories.requireWhole(read);
  }

  /** A transaction takes its positions early and commits late: the naive reader skips them. */
  @Test
  default void slow_transactions_hide_no_event_from_a_reader_who_has_gone_ahead() {
    AtomicBoolean writing = new AtomicBoolean(true);
    Tail tail = new Tail(storage().events());
    Mono<Void> slow =
        Flux.range(0, 40)
            .flatMap(
                i ->
                    storage()
                        .inTransaction(
                            tx ->
                                tx.events()
                                    .append(job(i), ExpectedVersion.any(), List.of(event(i)))
                                    .delayElement(Duration.ofMillis(10L * (i % 5)))),
                4)
            .then();
    Mono<Void> quick =
        Flux.range(100, 400)
            .flatMap(
                i -> storage().events().append(job(i), ExpectedVersion.any(), List.of(event(i))), 4)
            .then();

    Await.done(
        Mono.when(
            Mono.when(slow, quick).doFinally(end -> writing.set(false)),
            tail.step().repeat(writing::get)));
    List<RecordedEvent> seen = tail.toEnd();

    assertThat(seen).hasSize(440);
    assertThat(seen)
        .as("what was seen bit by bit is the whole, in order")
        .isEqualTo(Await.all(storage().events().read(EventQuery.forward(EventFilter.all()))));
  }
}
