package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.SessionChange.Current;
import io.holdfast.session.SessionChange.Deleted;
import io.holdfast.session.SessionChange.Left;
import io.holdfast.session.SessionWatches.Listening;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What a watch tells, and when it asks. */
class SessionWatchesTest extends WatchedStorage {

  @Test
  void begins_when_somebody_listens_and_not_before() {
    watched()
        .then(() -> assertThat(storage.asked).as("nobody would say what is written").isEmpty())
        .then(this::listen)
        .then(() -> storage.answer(running("a", 1)))
        .expectNext(new Current(running("a", 1)))
        .thenCancel()
        .verify();
    assertThat(watches.isWatched()).isFalse();
  }

  @Test
  void waits_again_when_nobody_listens_any_more() {
    Listening early = watches.listen();
    assertThat(early.begun()).isTrue();
    early.ended();
    Listening late = watches.listen();
    late.ended();
    assertThat(late.begun()).as("it had ended before it began").isFalse();

    watched().then(() -> assertThat(storage.asked).isEmpty()).thenCancel().verify();
  }

  @Test
  void a_filter_that_fails_ends_its_own_watch_only() {
    listen();
    Sinks.Empty<Void> failed = Sinks.empty();
    var failing =
        sessions
            .watch(SessionFilter.all().containing(Json.EMPTY))
            .subscribe(change -> {}, failed::tryEmitError);
    storage.answer();
    Session damaged = withData(running("a", 1), new byte[] {'{'});
    watched()
        .then(storage::answer)
        .then(() -> look(damaged))
        .expectNext(new Current(damaged))
        .then(() -> look(running("a", 2)))
        .expectNextCount(1)
        .thenCancel()
        .verify();
    StepVerifier.create(failed.asMono()).verifyError();
    assertThat(failing.isDisposed()).isTrue();
    assertThat(watches.isWatched()).isFalse();
  }

  @Test
  void a_session_that_is_another_one_now_is_told_as_deleted_and_as_new() {
    listen();
    Session anew = session("a", 1, SessionState.RUNNING, MADE.plusSeconds(1));
    watched()
        .then(() -> storage.answer(running("a", 5)))
        .expectNextCount(1)
        .then(() -> look(anew))
        .expectNext(new Deleted(anew.id()), new Current(anew))
        .thenCancel()
        .verify();
  }

  @Test
  void after_a_loss_only_what_is_different_is_told() {
    listen();
    Session paused = session("c", 2, SessionState.PAUSED);
    watched()
        .then(() -> storage.answer(running("a", 1), running("b", 1), running("c", 1)))
        .expectNextCount(3)
        .then(watches::lost)
        .then(() -> storage.there = List.of(paused))
        .then(() -> storage.answer(running("a", 1), running("d", 7)))
        .expectNext(new Current(running("d", 7)))
        .expectNextMatches(change -> isGone(change, paused))
        .expectNextMatches(change -> isGone(change, paused))
        .then(() -> look(running("a", 2)))
        .expectNext(new Current(running("a", 2)))
        .thenCancel()
        .verify();
  }

  private static boolean isGone(SessionChange change, Session left) {
    return change.equals(new Left(left)) || change.equals(new Deleted(new SessionId("b")));
  }

  @Test
  void asks_again_when_more_waits_than_may() {
    listen();
    Session[] many =
        IntStream.rangeClosed(0, Watch.WAITING_MAX + 10)
            .mapToObj(n -> running("s-" + n, 1))
            .toArray(Session[]::new);
    StepVerifier.create(sessions.watch(RUNNING), 0)
        .then(() -> storage.answer(running("a", 1), running("b", 1)))
        .thenRequest(1)
        .expectNext(new Current(running("a", 1)))
        .then(() -> look(many))
        .then(() -> assertThat(storage.asked).as("nothing is asked ahead of demand").isEmpty())
        .thenRequest(3)
        .expectNext(new Current(running("b", 1)))
        .then(() -> storage.answer(running("b", 1), running("s-1", 2)))
        .expectNext(new Current(running("s-1", 2)), new Deleted(new SessionId("a")))
        .thenCancel()
        .verify();
  }

  @Test
  void fails_when_more_sessions_match_than_can_be_remembered() {
    listen();
    StepVerifier.create(sessions.watch(RUNNING))
        .then(this::answerTooMuch)
        .thenConsumeWhile(change -> true)
        .expectError(InvalidInputException.class)
        .verify();
  }

  private void answerTooMuch() {
    int answered = 0;
    while (answered <= SessionStore.WATCHED_MAX) {
      int first = answered;
      answered += storage.rows;
      storage.answer(
          IntStream.range(first, answered)
              .mapToObj(n -> running("s-" + n, 1))
              .toArray(Session[]::new));
    }
  }

  @Test
  void one_session_ends_with_its_deletion() {
    listen();
    storage.there = List.of(running("a", 1));
    StepVerifier.create(sessions.watch(new SessionId("a")).map(Session::version))
        .expectNext(1L)
        .then(() -> look(running("b", 1)))
        .then(() -> look(running("a", 2)))
        .expectNext(2L)
        .then(() -> lookGone("a"))
        .verifyComplete();
  }
}
