package io.holdfast.contract;

import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.details;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionChange.Current;
import io.holdfast.session.SessionChange.Deleted;
import io.holdfast.session.SessionChange.Left;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Following all sessions that match a filter. */
public interface SessionFollowContract extends StorageContract {

  SessionFilter RUNNING = SessionFilter.all().withStates(SessionState.RUNNING);

  private SessionStore sessions() {
    return storage().sessions();
  }

  private static SessionId id(int n) {
    return new SessionId("s-" + n);
  }

  private Session create(int n) {
    return Await.value(sessions().create(id(n), details(n)));
  }

  private Session move(int n, SessionState next) {
    Session there = Await.value(sessions().get(id(n)));
    return Await.value(sessions().update(there.withState(next)));
  }

  private Session running(int n) {
    create(n);
    return move(n, SessionState.RUNNING);
  }

  @Test
  default void tells_what_matches_now_and_then_what_comes_goes_and_is_deleted() {
    Session first = running(1);
    create(2);

    StepVerifier.create(sessions().watch(RUNNING))
        .expectNext(new Current(first))
        .expectNoEvent(QUIET)
        .then(() -> move(2, SessionState.RUNNING))
        .assertNext(change -> assertThat(change).isEqualTo(new Current(found(2))))
        .then(() -> move(1, SessionState.COMPLETED))
        .assertNext(change -> assertThat(change).isEqualTo(new Left(found(1))))
        .then(() -> Await.done(sessions().delete(id(1))))
        .expectNoEvent(QUIET)
        .then(() -> Await.done(sessions().delete(id(2))))
        .expectNext(new Deleted(id(2)))
        .thenCancel()
        .verify();
  }

  private Session found(int n) {
    return Await.value(sessions().get(id(n)));
  }

  @Test
  default void tells_what_matches_now_in_the_order_of_the_list_however_many_there_are() {
    Await.value(
        Flux.range(0, 1_000).flatMap(n -> sessions().create(id(n), details(n)), 16).count());
    List<Session> listed = Await.all(sessions().list(SessionFilter.all().limit(10_000)));

    List<SessionChange> told =
        Await.all(sessions().watch(SessionFilter.all().after(listed.get(9)).limit(1)).take(1_000));

    assertThat(told).hasSize(1_000);
    assertThat(told).isEqualTo(listed.stream().<SessionChange>map(Current::new).toList());
  }

  @Test
  default void a_session_that_was_deleted_and_created_anew_is_both_told() {
    create(1);

    StepVerifier.create(sessions().watch(SessionFilter.all()))
        .expectNextCount(1)
        .then(
            () ->
                Await.value(
                    storage()
                        .inTransaction(
                            tx ->
                                tx.sessions()
                                    .delete(id(1))
                                    .then(tx.sessions().create(id(1), details(2))))))
        .expectNext(new Deleted(id(1)))
        .assertNext(change -> assertThat(change).isEqualTo(new Current(found(1))))
        .thenCancel()
        .verify();
  }

  @Test
  default void follows_by_what_is_in_the_data() {
    SessionFilter wanted = SessionFilter.all().containing(Json.of("{\"n\":1}")).withText("Late");
    create(1);
    Json late = Json.of("{\"n\":1,\"note\":\"too late\"}");
    Session changed = found(1).withDetails(details(1).withData(late));

    StepVerifier.create(sessions().watch(wanted))
        .expectSubscription()
        .expectNoEvent(QUIET)
        .then(() -> Await.value(sessions().update(changed)))
        .assertNext(change -> assertThat(change).isEqualTo(new Current(found(1))))
        .then(() -> Await.value(sessions().update(found(1).withDetails(details(1)))))
        .assertNext(change -> assertThat(change).isEqualTo(new Left(found(1))))
        .thenCancel()
        .verify();
  }

  private Mono<Session> step(int n, int worker) {
    SessionId id = new SessionId("w-" + worker + "-" + n % 7);
    Mono<Session> create = sessions().create(id, details(n));
    if (n < 7) {
      return create;
    }
    return n % 11 == 0
        ? sessions().delete(id).then(create)
        : sessions().get(id).flatMap(there -> sessions().update(turned(there, n)));
  }

  private static Session turned(Session session, int n) {
    boolean isRunning = session.state() == SessionState.RUNNING;
    return session
        .withState(isRunning ? SessionState.PAUSED : SessionState.RUNNING)
        .withDetails(details(n));
  }

  /** Eight writers create, change and delete. */
  private Mono<Map<SessionId, Session>> written() {
    return Flux.range(0, 8)
        .flatMap(worker -> Flux.range(0, 150).concatMap(n -> step(n, worker)), 8)
        .thenMany(Flux.defer(() -> sessions().list(RUNNING.limit(10_000))))
        .collectMap(Session::id);
  }

  @Test
  default void what_is_told_comes_to_what_is_there() {
    Mono<Map<SessionId, Session>> written = written().cache();
    Flux<SessionChange> watched = sessions().watch(RUNNING);

    var all =
        Await.value(
            Mono.zip(
                written,
                Told.until(watched, written),
                Told.until(watched.delaySubscription(QUIET.dividedBy(4)), written)));

    assertThat(all.getT1()).as("the case is what it says").isNotEmpty();
    assertThat(all.getT2()).isEqualTo(all.getT1());
    assertThat(all.getT3()).isEqualTo(all.getT1());
  }

  /** More sessions change than may wait for it. */
  @Test
  default void a_watcher_that_is_away_for_long_is_told_how_things_are_when_it_comes_back() {
    IntStream.range(0, 20).forEach(this::create);
    Sinks.Empty<Void> back = Sinks.empty();
    Flux<SessionChange> watched =
        sessions()
            .watch(SessionFilter.all())
            .concatMap(change -> back.asMono().thenReturn(change), 1);
    Mono<Map<SessionId, Session>> changed =
        Flux.range(100, 5_000)
            .flatMap(n -> sessions().create(id(n), details(n)), 32)
            .thenMany(Flux.range(0, 10).concatMap(n -> sessions().delete(id(n))))
            .thenMany(Flux.defer(() -> sessions().list(SessionFilter.all().limit(10_000))))
            .collectMap(Session::id)
            .doOnNext(there -> back.tryEmitEmpty())
            .cache();

    var both = Await.value(Mono.zip(Told.until(watched, changed), changed));

    assertThat(both.getT1()).hasSize(5_010).isEqualTo(both.getT2());
  }
}
