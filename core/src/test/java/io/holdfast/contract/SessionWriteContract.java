package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.SessionId;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import io.holdfast.session.SessionTiming;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Creating, reading, changing and deleting sessions. */
public interface SessionWriteContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private Session created() {
    return Await.value(sessions().create(SESSION, details(1)));
  }

  @Test
  default void creates_at_version_1_in_state_initializing() {
    Session session = created();

    assertThat(session.id()).isEqualTo(SESSION);
    assertThat(session.version()).isEqualTo(1);
    assertThat(session.state()).isEqualTo(SessionState.INITIALIZING);
    assertThat(session.details()).isEqualTo(details(1));
    assertThat(session.timing().createdAt())
        .isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
    assertThat(session.timing().finishedAt()).isNull();
    assertThat(Await.value(sessions().get(SESSION)))
        .as("what was returned is kept")
        .isEqualTo(session);
  }

  @Test
  default void keeps_every_detail() {
    SessionDetails full =
        new SessionDetails(
            "map-reduce",
            "git@example.org:a/b.git",
            "worktrees/w 1",
            new Progress(3, 10),
            Json.of("{\"phase\":\"map\",\"items\":[1,2,{\"x\":null}]}"),
            "line 1\nline 2\t\u0001");
    Await.value(sessions().create(SESSION, full));

    assertThat(Await.value(sessions().get(SESSION)).details()).isEqualTo(full);
  }

  @Test
  default void creating_again_returns_what_is_there() {
    Session first = created();
    SessionDetails respelled = details(1).withData(Json.of("{ \"n\" : 1.0 }"));

    assertThat(created()).isEqualTo(first);
    assertThat(Await.value(sessions().create(SESSION, respelled)).version())
        .as("equal JSON is the same creation, however it is spelled")
        .isEqualTo(1);
  }

  @Test
  default void a_taken_id_is_a_conflict() {
    Session first = created();

    ConflictException conflict =
        Await.failure(ConflictException.class, sessions().create(SESSION, details(2)));

    assertThat(conflict.id()).isEqualTo(SESSION.value());
    assertThat(Await.value(sessions().get(SESSION))).as("nothing was written").isEqualTo(first);
  }

  @Test
  default void one_of_many_different_creators_wins() {
    List<Race.Finish<Session>> race = Race.run(32, i -> sessions().create(SESSION, details(i)));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(31)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void many_equal_creators_get_the_same_session() {
    List<Session> results = Race.allWin(32, i -> sessions().create(SESSION, details(1)));

    assertThat(results).containsOnly(results.get(0));
  }

  @Test
  default void finds_nothing_under_an_unknown_id_and_get_says_so() {
    created();
    SessionId unknown = new SessionId("unknown");

    assertThat(Await.maybe(sessions().find(SESSION))).isPresent();
    assertThat(Await.maybe(sessions().find(unknown))).isEmpty();
    NotFoundException missing = Await.failure(NotFoundException.class, sessions().get(unknown));
    assertThat(missing.id()).isEqualTo("unknown");
  }

  @Test
  default void update_writes_state_and_details_at_the_next_version() {
    Session session = created();
    SessionDetails changed =
        details(2).withWorktree("w").withProgress(new Progress(1, 2)).withError("slow");

    Session updated =
        Await.value(
            sessions().update(session.withState(SessionState.RUNNING).withDetails(changed)));

    assertThat(updated.version()).isEqualTo(2);
    assertThat(updated.state()).isEqualTo(SessionState.RUNNING);
    assertThat(updated.details()).isEqualTo(changed);
    assertThat(updated.timing().updatedAt()).isAfterOrEqualTo(session.timing().updatedAt());
    assertThat(Await.value(sessions().get(SESSION))).isEqualTo(updated);
  }

  @Test
  default void update_does_not_take_times_from_the_caller() {
    Session session = created();
    Session forged =
        new Session(
            SESSION,
            1,
            SessionState.RUNNING,
            details(2),
            new SessionTiming(LONG_AGO, LONG_AGO, LONG_AGO));

    SessionTiming timing = Await.value(sessions().update(forged)).timing();

    assertThat(timing.createdAt()).isEqualTo(session.timing().createdAt());
    assertThat(timing.updatedAt()).isAfterOrEqualTo(timing.createdAt());
    assertThat(timing.finishedAt()).isNull();
  }

  @Test
  default void a_stale_update_is_a_conflict_with_both_versions() {
    Session session = created();
    Await.value(sessions().update(session.withDetails(details(2))));
    Session current = Await.value(sessions().update(session(2, 3)));

    ConflictException conflict =
        Await.failure(ConflictException.class, sessions().update(session.withDetails(details(9))));

    assertThat(conflict.id()).isEqualTo(SESSION.value());
    assertThat(conflict.expected()).contains("1");
    assertThat(conflict.actual()).contains("3");
    assertThat(Await.value(sessions().get(SESSION))).isEqualTo(current);
  }

  @Test
  default void an_update_from_a_version_that_is_not_there_yet_is_a_conflict() {
    Session session = created();

    Await.failure(ConflictException.class, sessions().update(session(2, 5)));
    assertThat(Await.value(sessions().get(SESSION))).isEqualTo(session);
  }

  @Test
  default void subscribing_to_an_applied_update_again_returns_its_result() {
    Session changed = created().withState(SessionState.FAILED).withDetails(details(2));
    Mono<Session> update = sessions().update(changed);
    Session first = Await.value(update);

    assertThat(Await.value(update)).isEqualTo(first);
    assertThat(Race.allWin(16, i -> update)).containsOnly(first);
    assertThat(Await.value(sessions().get(SESSION))).as("written once").isEqualTo(first);
  }

  /** Two callers who both count from 3 to 4 have not counted to 5, so one of them must hear it. */
  @Test
  default void calling_update_again_is_another_update_even_if_it_says_the_same() {
    Session changed = created().withDetails(details(2));
    Await.value(sessions().update(changed));

    Await.failure(ConflictException.class, sessions().update(changed));
    List<Race.Finish<Session>> race =
        Race.run(16, i -> sessions().update(session(2, 3).withState(SessionState.RUNNING)));
    assertThat(race).filteredOn(Race.Finish::won).as("equal updates, one winner").hasSize(1);
    assertThat(Await.value(sessions().get(SESSION)).version()).isEqualTo(3);
  }

  @Test
  default void updating_an_unknown_session_fails() {
    created();
    Session unknown =
        new Session(
            new SessionId("unknown"),
            1,
            SessionState.RUNNING,
            details(1),
            new SessionTiming(LONG_AGO, LONG_AGO, null));

    NotFoundException missing = Await.failure(NotFoundException.class, sessions().update(unknown));
    assertThat(missing.id()).isEqualTo("unknown");
    assertThat(Await.maybe(sessions().find(unknown.id()))).isEmpty();
  }

  @Test
  default void one_of_many_updates_from_the_same_version_wins() {
    Session session = created();
    List<Race.Finish<Session>> race =
        Race.run(32, i -> sessions().update(session.withDetails(details(100 + i))));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(31)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void compare_and_set_loses_no_update() {
    Await.value(sessions().create(SESSION, details(0)));
    Mono<Session> increment =
        Mono.defer(() -> sessions().get(SESSION))
            .map(session -> session.withDetails(incremented(session)))
            .flatMap(changed -> sessions().update(changed))
            .retryWhen(Retry.indefinitely().filter(ConflictException.class::isInstance));

    Race.allWin(20, i -> increment.map(session -> session.id()));

    Session last = Await.value(sessions().get(SESSION));
    assertThat(last.details().progress().done()).isEqualTo(20);
    assertThat(last.version()).isEqualTo(21);
  }

  @Test
  default void delete_removes_the_session_and_is_harmless_without_one() {
    created();
    Await.value(sessions().create(new SessionId("other"), details(2)));

    Await.done(sessions().delete(SESSION));
    Await.done(sessions().delete(SESSION));

    assertThat(Await.maybe(sessions().find(SESSION))).isEmpty();
    assertThat(Await.maybe(sessions().find(new SessionId("other")))).isPresent();
    Await.failure(NotFoundException.class, sessions().update(session(1, 2)));
  }

  @Test
  default void a_deleted_id_may_be_used_again() {
    created();
    Await.done(sessions().delete(SESSION));

    Session again = Await.value(sessions().create(SESSION, details(2)));
    assertThat(again.version()).isEqualTo(1);
    assertThat(again.details().data()).isEqualTo(json(2));
    assertThat(Optional.of(again)).isEqualTo(Await.maybe(sessions().find(SESSION)));
  }

  private static SessionDetails incremented(Session session) {
    long done = session.details().progress().done();
    return session.details().withProgress(new Progress(done + 1, 0));
  }

  private static Session session(long version, int n) {
    return new Session(
        SESSION,
        version,
        SessionState.INITIALIZING,
        details(n),
        new SessionTiming(LONG_AGO, LONG_AGO, null));
  }
}
