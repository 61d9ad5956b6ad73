package io.holdfast.contract;

import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Following one session. */
public interface SessionWatchContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private Session created() {
    return Await.value(sessions().create(SESSION, details(1)));
  }

  private Session moved(Session session, SessionState next) {
    return Await.value(sessions().update(session.withState(next)));
  }

  private Session current() {
    return Await.value(sessions().get(SESSION));
  }

  @Test
  default void emits_the_present_state_and_then_each_later_one() {
    Session session = created();

    StepVerifier.create(sessions().watch(SESSION))
        .expectNext(session)
        .expectNoEvent(QUIET)
        .then(() -> moved(session, SessionState.RUNNING))
        .assertNext(running -> assertThat(running).isEqualTo(current()))
        .then(() -> moved(current(), SessionState.COMPLETED))
        .assertNext(completed -> assertThat(completed).isEqualTo(current()))
        .expectNoEvent(QUIET)
        .thenCancel()
        .verify();
  }

  @Test
  default void waits_for_a_session_that_is_not_there_yet() {
    StepVerifier.create(sessions().watch(SESSION))
        .expectSubscription()
        .expectNoEvent(QUIET)
        .then(() -> Await.value(sessions().create(new SessionId("another"), details(2))))
        .expectNoEvent(QUIET)
        .then(this::created)
        .assertNext(session -> assertThat(session).isEqualTo(current()))
        .thenCancel()
        .verify();
  }

  @Test
  default void completes_when_the_session_is_deleted() {
    created();

    StepVerifier.create(sessions().watch(SESSION))
        .expectNextCount(1)
        .then(() -> Await.done(sessions().delete(SESSION)))
        .verifyComplete();
    Session again = Await.value(sessions().create(SESSION, details(2)));
    assertThat(Await.value(sessions().watch(SESSION).next())).isEqualTo(again);
  }

  /** Also when deleting and creating fall into one look. */
  @Test
  default void completes_although_the_session_was_created_anew() {
    created();

    StepVerifier.create(sessions().watch(SESSION).map(Session::version))
        .expectNext(1L)
        .then(
            () ->
                Await.value(
                    storage()
                        .inTransaction(
                            tx ->
                                tx.sessions()
                                    .delete(SESSION)
                                    .then(tx.sessions().create(SESSION, details(2))))))
        .verifyComplete();
  }

  @Test
  default void sees_what_a_transaction_has_written_once_it_is_committed() {
    Session session = created();
    Mono<Session> failing =
        storage()
            .inTransaction(
                tx ->
                    tx.sessions()
                        .update(session.withState(SessionState.FAILED))
                        .then(Mono.error(new IllegalStateException("no"))));
    Mono<Session> committing =
        storage()
            .inTransaction(
                tx ->
                    tx.sessions()
                        .update(session.withState(SessionState.RUNNING))
                        .flatMap(
                            next -> tx.sessions().update(next.withState(SessionState.PAUSED))));

    StepVerifier.create(sessions().watch(SESSION))
        .expectNext(session)
        .then(() -> Await.failure(IllegalStateException.class, failing))
        .expectNoEvent(QUIET)
        .then(() -> Await.value(committing))
        .assertNext(paused -> assertThat(paused.version()).isEqualTo(3))
        .thenCancel()
        .verify();
  }

  @Test
  default void sees_what_is_loaded() {
    created();
    Session later = new Session(SESSION, 7, SessionState.RUNNING, details(2), current().timing());

    StepVerifier.create(sessions().watch(SESSION).map(Session::version))
        .expectNext(1L)
        .then(() -> Await.value(storage().transfer(Session.KIND).load(List.of(later))))
        .expectNext(7L)
        .thenCancel()
        .verify();
  }

  @Test
  default void a_fast_watcher_ends_with_the_newest_of_many_quick_changes() {
    created();
    Mono<Session> writer = Flux.range(2, 200).concatMap(this::changed).last();
    Flux<Long> watched =
        sessions().watch(SESSION).map(Session::version).takeUntil(version -> version == 201);

    List<Long> seen = Await.value(watched.collectList().zipWith(writer)).getT1();

    assertThat(seen).as("only newer ones").isSorted().doesNotHaveDuplicates().endsWith(201L);
  }

  private Mono<Session> changed(int n) {
    return sessions()
        .get(SESSION)
        .flatMap(there -> sessions().update(there.withDetails(details(n))));
  }

  @Test
  default void a_slow_watcher_skips_what_is_out_of_date() {
    Session session = created();

    StepVerifier.create(sessions().watch(SESSION).map(Session::version), 0)
        .thenRequest(1)
        .expectNext(1L)
        .then(() -> changeTimes(session, 100))
        .thenRequest(Long.MAX_VALUE)
        .recordWith(ArrayList::new)
        .thenConsumeWhile(version -> version < 101)
        .consumeRecordedWith(
            between -> assertThat(between).as("it is no queue").hasSizeLessThan(10))
        .expectNext(101L)
        .thenCancel()
        .verify();
  }

  private void changeTimes(Session session, int times) {
    Session last = session;
    for (int i = 0; i < times; i++) {
      last = Await.value(sessions().update(last.withDetails(details(i))));
    }
  }

  @Test
  default void a_hundred_watchers_of_different_sessions_see_their_own() {
    Mono<List<Session>> all =
        Flux.range(0, 100)
            .flatMap(
                i ->
                    sessions()
                        .watch(new SessionId("s-" + i))
                        .takeUntil(session -> session.state() == SessionState.RUNNING)
                        .last(),
                100)
            .collectList();
    Mono<Void> writers =
        Flux.range(0, 100)
            .flatMap(
                i ->
                    sessions()
                        .create(new SessionId("s-" + i), details(i))
                        .flatMap(s -> sessions().update(s.withState(SessionState.RUNNING))),
                8)
            .then();

    List<Session> seen = Await.value(all.zipWith(writers.thenReturn(true))).getT1();

    assertThat(seen).extracting(Session::version).containsOnly(2L);
    assertThat(seen).extracting(Session::id).doesNotHaveDuplicates().hasSize(100);
  }

  @Test
  default void close_ends_watches_also_those_that_ask_for_nothing() {
    created();

    StepVerifier.create(sessions().watch(SESSION), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> Await.done(storage().close()))
        .verifyError(UnavailableException.class);
    Await.failure(UnavailableException.class, sessions().watch(SESSION));
  }
}
