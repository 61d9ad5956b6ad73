package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.session.SessionChange.Current;
import io.holdfast.session.SessionChange.Deleted;
import io.holdfast.session.SessionChange.Left;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;
import reactor.test.StepVerifier.FirstStep;

/** What is told when looks and answers pass each other. */
class SessionWatchesOrderTest extends WatchedStorage {

  /** Known as running at 4; paused at 5, running at 6, and then as the storage has it. */
  private FirstStep<SessionChange> lostAtFour() {
    listen();
    FirstStep<SessionChange> step = watched();
    step.then(() -> storage.answer(running("a", 4)))
        .expectNext(new Current(running("a", 4)))
        .then(watches::lost);
    return step;
  }

  /** The answer is older than the look, which found nothing that matched. */
  @Test
  void what_passes_a_page_on_its_way_is_told_after_it() {
    listen();
    watched()
        .then(() -> look(session("a", 2, SessionState.PAUSED)))
        .then(() -> storage.answer(running("a", 1)))
        .expectNext(new Current(running("a", 1)))
        .expectNext(new Left(session("a", 2, SessionState.PAUSED)))
        .thenCancel()
        .verify();
  }

  /** Which of the two is the older one, only the storage knows. */
  @Test
  void a_deletion_that_passes_a_page_on_its_way_makes_it_ask_again() {
    listen();
    watched()
        .then(() -> lookGone("a"))
        .then(() -> storage.answer(running("a", 1)))
        .expectNext(new Current(running("a", 1)))
        .then(storage::answer)
        .expectNext(new Deleted(new SessionId("a")))
        .thenCancel()
        .verify();
  }

  @Test
  void a_deletion_from_before_a_session_was_made_again_is_not_told() {
    listen();
    long early = watches.looking();
    watched()
        .then(() -> storage.answer(running("a", 1)))
        .expectNext(new Current(running("a", 1)))
        .then(() -> lookGone("a", early))
        .then(() -> storage.answer(running("a", 1)))
        .then(() -> look(running("a", 2)))
        .expectNext(new Current(running("a", 2)))
        .thenCancel()
        .verify();
  }

  @Test
  void a_session_from_before_another_was_made_is_not_told() {
    listen();
    Session anew = session("a", 1, SessionState.RUNNING, MADE.plusSeconds(1));
    watched()
        .then(() -> look(running("a", 9)))
        .then(() -> storage.answer(anew))
        .expectNext(new Current(anew))
        .then(() -> storage.answer(anew))
        .then(() -> look(session("a", 2, SessionState.RUNNING, MADE.plusSeconds(1))))
        .expectNextCount(1)
        .thenCancel()
        .verify();
  }

  @Test
  void one_session_that_was_made_again_goes_on() {
    listen();
    storage.there = List.of(running("a", 1));
    long early = watches.looking();
    StepVerifier.create(sessions.watch(new SessionId("a")).map(Session::version))
        .expectNext(1L)
        .then(() -> lookGone("a", early))
        .then(() -> look(running("a", 2)))
        .expectNext(2L)
        .thenCancel()
        .verify();
  }

  @Test
  void of_what_passes_a_page_on_its_way_only_the_newest_is_told() {
    listen();
    watched()
        .then(() -> look(paused("a", 2)))
        .then(() -> look(running("a", 3)))
        .then(() -> storage.answer(running("a", 1)))
        .expectNext(new Current(running("a", 1)), new Current(running("a", 3)))
        .thenCancel()
        .verify();
  }

  @Test
  void asks_again_when_what_passes_a_page_is_too_large_to_be_kept() {
    listen();
    byte[] large = new byte[9 * 1024 * 1024];
    watched()
        .then(() -> look(withData(paused("a", 1), large), withData(paused("b", 1), large)))
        .then(storage::answer)
        .then(() -> assertThat(storage.asked).hasSize(1))
        .thenCancel()
        .verify();
  }

  /** The answer is newer than the look. */
  @Test
  void what_an_answer_contains_already_is_not_told_again() {
    listen();
    watched()
        .then(() -> look(running("a", 2)))
        .then(() -> storage.answer(running("a", 3)))
        .expectNext(new Current(running("a", 3)))
        .then(() -> look(running("a", 3)))
        .then(() -> look(running("a", 4)))
        .expectNext(new Current(running("a", 4)))
        .thenCancel()
        .verify();
  }

  @Test
  void what_has_left_does_not_come_back_with_a_look_that_waited() {
    lostAtFour()
        .then(() -> look(running("a", 6)))
        .then(() -> storage.there = List.of(paused("a", 7)))
        .then(storage::answer)
        .expectNext(new Left(paused("a", 7)))
        .then(() -> look(paused("a", 7)))
        .then(() -> look(running("a", 8)))
        .expectNext(new Current(running("a", 8)))
        .thenCancel()
        .verify();
  }

  @Test
  void what_has_left_does_not_come_back_with_a_look_that_comes_late() {
    lostAtFour()
        .then(() -> storage.there = List.of(paused("a", 7)))
        .then(storage::answer)
        .expectNext(new Left(paused("a", 7)))
        .then(() -> look(running("a", 6)))
        .then(() -> look(paused("a", 7)))
        .then(() -> look(running("a", 8)))
        .expectNext(new Current(running("a", 8)))
        .thenCancel()
        .verify();
  }

  @Test
  void what_was_deleted_does_not_come_back_with_an_older_look() {
    Session anew = session("a", 1, SessionState.RUNNING, MADE.plusSeconds(1));
    lostAtFour()
        .then(() -> look(running("a", 6)))
        .then(storage::answer)
        .expectNext(new Deleted(new SessionId("a")))
        .then(() -> look(running("a", 7)))
        .then(() -> lookGone("a"))
        .then(() -> look(anew))
        .expectNext(new Current(anew))
        .thenCancel()
        .verify();
  }
}
