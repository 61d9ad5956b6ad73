package io.holdfast.contract;

import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
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
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Creating and finding sessions. */
public interface SessionCreateContract extends StorageContract {

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
}
