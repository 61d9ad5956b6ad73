package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.SessionChange.Current;
import io.holdfast.session.SessionChange.Deleted;
import io.holdfast.session.SessionChange.Left;
import io.holdfast.session.SessionWatches.Listening;
import io.holdfast.session.SessionWatches.Sight;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.StepVerifier.FirstStep;

/** What is told when looks and answers pass each other. */
class SessionWatchesTest {

  private static final Instant MADE = Instant.parse("2026-11-26T10:00:00Z");
  private static final SessionFilter RUNNING = SessionFilter.all().withStates(SessionState.RUNNING);

  private final SessionWatches watches = new SessionWatches();
  private final Storage storage = new Storage();
  private final SessionStore sessions = watches.sessions(new NoLedger(), storage);

  /** Answers when it is told to. */
  private static final class Storage implements SessionWatches.Source {

    private final Deque<Sinks.One<List<Session>>> asked = new ArrayDeque<>();
    private List<Session> there = List.of();
    private int rows;

    @Override
    public Mono<List<Session>> list(SessionFilter filter) {
      Sinks.One<List<Session>> answer = Sinks.one();
      asked.add(answer);
      rows = filter.limit();
      return answer.asMono();
    }

    void answer(Session... page) {
      var unused = asked.remove().tryEmitValue(List.of(page));
    }

    @Override
    public Mono<List<Session>> find(List<SessionId> ids) {
      return Mono.just(there.stream().filter(session -> ids.contains(session.id())).toList());
    }

    @Override
    public <T> Mono<T> hearing() {
      return Mono.never();
    }

    @Override
    public Scheduler scheduler() {
      return Schedulers.immediate();
    }
  }

  private static Session session(String id, long version, SessionState state) {
    return session(id, version, state, MADE);
  }

  private static Session session(String id, long version, SessionState state, Instant made) {
    return new Session(
        new SessionId(id),
        version,
        state,
        SessionDetails.of("t", "r", Json.EMPTY),
        new SessionTiming(made, made, null));
  }

  private static Session withData(Session session, byte[] data) {
    return session.withDetails(SessionDetails.of("t", "r", Json.ofStored(data)));
  }

  private static Session paused(String id, long version) {
    return session(id, version, SessionState.PAUSED);
  }

  private static Session running(String id, long version) {
    return session(id, version, SessionState.RUNNING);
  }

  private void look(Session... seen) {
    List<Sight> sights = new ArrayList<>();
    for (Session session : seen) {
      sights.add(new Sight(session.id(), session));
    }
    watches.changed(watches.looking(), sights);
  }

  private void lookGone(String id) {
    lookGone(id, watches.looking());
  }

  private void lookGone(String id, long began) {
    watches.changed(began, List.of(new Sight(new SessionId(id), null)));
  }

  private FirstStep<SessionChange> watched() {
    return StepVerifier.create(sessions.watch(RUNNING));
  }

  private void listen() {
    assertThat(watches.listen().begun()).isTrue();
  }

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

  /** Known as running at 4; paused at 5, running at 6, and then as the storage has it. */
  private FirstStep<SessionChange> lostAtFour() {
    listen();
    FirstStep<SessionChange> step = watched();
    step.then(() -> storage.answer(running("a", 4)))
        .expectNext(new Current(running("a", 4)))
        .then(watches::lost);
    return step;
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
