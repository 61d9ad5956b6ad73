package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changing and deleting sessions. */
public interface SessionUpdateContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  private Session created() {
    return Await.value(sessions().create(SESSION, details(1)));
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

  /** The same idiom keeps what others have written to other parts of the data. */
  private Mono<Session> merged(String key, int n) {
    return Mono.defer(() -> sessions().get(SESSION))
        .map(session -> session.withDetails(with(session.details(), key, n)))
        .flatMap(changed -> sessions().update(changed))
        .retryWhen(Retry.indefinitely().filter(ConflictException.class::isInstance));
  }

  private static SessionDetails with(SessionDetails details, String key, int n) {
    ObjectNode data = (ObjectNode) details.data().tree();
    return details.withData(Json.of(data.put(key, n)));
  }

  @Test
  default void writers_that_merge_different_keys_lose_none() {
    created();
    int rounds = 10;

    Race.allWin(
        2,
        writer ->
            Flux.range(1, rounds).concatMap(n -> merged("writer-" + writer + "-" + n, n)).last());

    JsonNode data = Await.value(sessions().get(SESSION)).details().data().tree();
    for (int writer = 0; writer < 2; writer++) {
      for (int n = 1; n <= rounds; n++) {
        assertThat(data.get("writer-" + writer + "-" + n).intValue()).isEqualTo(n);
      }
    }
    assertThat(data.get("n").intValue()).as("what was there").isEqualTo(1);
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
