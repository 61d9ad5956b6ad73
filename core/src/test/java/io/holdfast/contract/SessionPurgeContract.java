package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.STATES;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.TimeSpan;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import io.holdfast.session.SessionTiming;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Finding sessions by when they have finished, and deleting those that have. */
public interface SessionPurgeContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private static SessionId id(int i) {
    return new SessionId("s-%02d".formatted(i));
  }

  /** Twenty-four, a day apart, in every state; what is finished was so half a day later. */
  private List<Session> loaded() {
    List<Session> loaded = new ArrayList<>();
    for (int i = 0; i < 24; i++) {
      Instant created = LONG_AGO.plus(Duration.ofDays(i));
      SessionState state = STATES.get(i % STATES.size());
      Instant later = created.plus(Duration.ofHours(12));
      loaded.add(
          new Session(
              id(i),
              3,
              state,
              details(i % 2),
              new SessionTiming(created, later, state.isFinished() ? later : null)));
    }
    assertThat(Await.value(storage().transfer(Session.KIND).load(loaded))).isEqualTo(24);
    return loaded;
  }

  private List<SessionId> left() {
    return Await.all(storage().transfer(Session.KIND).export().map(Session::id));
  }

  private static TimeSpan finishedBefore(int day) {
    return TimeSpan.before(LONG_AGO.plus(Duration.ofDays(day)));
  }

  private void requireFinds(List<Session> all, SessionFilter filter, int matches) {
    List<SessionId> expected = all.stream().filter(filter::matches).map(Session::id).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(Await.all(sessions().list(filter.limit(100)).map(Session::id)))
        .as("%s", filter)
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Await.value(sessions().stats(filter)).sessions()).isEqualTo(matches);
  }

  @Test
  default void finds_those_that_have_finished_within_a_time() {
    List<Session> all = loaded();
    SessionFilter any = SessionFilter.all();

    requireFinds(all, any, 24);
    requireFinds(all, any.finishedWithin(finishedBefore(12)), 6);
    requireFinds(all, any.finishedWithin(TimeSpan.from(Instant.EPOCH)), 12);
    requireFinds(all, any.finishedWithin(finishedBefore(12)).withStates(SessionState.COMPLETED), 2);
    requireFinds(all, any.finishedWithin(finishedBefore(12)).withStates(SessionState.RUNNING), 0);
    requireFinds(all, any.finishedWithin(finishedBefore(12)).containing(json(1)), 4);
    requireFinds(
        all,
        any.finishedWithin(
            new TimeSpan(LONG_AGO.plus(Duration.ofDays(3)), LONG_AGO.plus(Duration.ofDays(5)))),
        2);
  }

  @Test
  default void deletes_what_has_finished_before_a_time_and_says_how_many_those_were() {
    List<Session> all = loaded();
    SessionFilter old = SessionFilter.all().finishedWithin(finishedBefore(12));

    assertThat(Await.value(sessions().purge(old))).isEqualTo(6);
    assertThat(Await.value(sessions().purge(old))).as("done already").isZero();

    assertThat(left())
        .isEqualTo(all.stream().filter(one -> !old.matches(one)).map(Session::id).toList());
    assertThat(Await.maybe(sessions().find(id(3)))).isEmpty();
    assertThat(Await.maybe(sessions().find(id(0)))).as("as old, but not finished").isPresent();
    reopen();
    assertThat(left()).hasSize(18);
  }

  @Test
  default void goes_on_from_limit_to_limit_with_those_created_first() {
    List<Session> all = loaded();
    SessionFilter some = SessionFilter.all().finishedWithin(finishedBefore(30)).limit(5);

    assertThat(Await.value(sessions().purge(some))).isEqualTo(5);
    assertThat(left()).doesNotContain(id(3), id(4), id(5), id(9), id(10)).hasSize(19);
    assertThat(Await.value(sessions().purge(some.after(all.get(20))))).as("wherever").isEqualTo(5);
    assertThat(Await.value(sessions().purge(some))).isEqualTo(2);
    assertThat(Await.value(sessions().purge(some))).isZero();
  }

  @Test
  default void what_is_not_finished_stays_whatever_the_filter_says() {
    loaded();

    assertThat(Await.value(sessions().purge(SessionFilter.active()))).isZero();
    assertThat(Await.value(sessions().purge(SessionFilter.all()))).isEqualTo(12);
    assertThat(Await.all(sessions().list(SessionFilter.all())))
        .hasSize(12)
        .noneMatch(session -> session.state().isFinished());
  }

  @Test
  default void a_session_that_runs_again_is_not_finished() {
    Session created = Await.value(sessions().create(id(1), details(1)));
    Session failed = Await.value(sessions().update(created.withState(SessionState.FAILED)));
    Await.value(sessions().update(failed.withState(SessionState.RUNNING)));
    SessionFilter finished =
        SessionFilter.all().finishedWithin(TimeSpan.before(Instant.now().plus(1, ChronoUnit.DAYS)));

    assertThat(Await.value(sessions().purge(finished))).isZero();
    assertThat(Await.maybe(sessions().find(id(1)))).isPresent();
  }

  @Test
  default void those_that_watch_are_told() {
    Session created = Await.value(sessions().create(id(1), details(1)));
    Session done = Await.value(sessions().update(created.withState(SessionState.COMPLETED)));

    List<SessionChange> told =
        Await.all(
            sessions()
                .watch(SessionFilter.all())
                .take(2)
                .concatMap(
                    change ->
                        change instanceof SessionChange.Current
                            ? sessions().purge(SessionFilter.all()).thenReturn(change)
                            : Mono.just(change)));

    assertThat(told).hasSize(2);
    assertThat(told.get(0)).isEqualTo(new SessionChange.Current(done));
    assertThat(told.get(1)).isInstanceOf(SessionChange.Deleted.class);
    assertThat(told.get(1).id()).isEqualTo(id(1));
  }

  @Test
  default void several_that_purge_at_once_delete_each_once() {
    for (int i = 0; i < 60; i++) {
      Session created = Await.value(sessions().create(id(i), details(i)));
      Await.value(sessions().update(created.withState(SessionState.CANCELLED)));
    }

    List<Long> counts =
        Race.allWin(
            8,
            i ->
                Mono.defer(() -> sessions().purge(SessionFilter.all().limit(7)))
                    .repeat(20)
                    .reduce(0L, Long::sum));

    assertThat(counts.stream().mapToLong(Long::longValue).sum()).isEqualTo(60);
    assertThat(left()).isEmpty();
  }
}
