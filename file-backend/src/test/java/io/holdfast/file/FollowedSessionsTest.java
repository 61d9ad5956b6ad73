package io.holdfast.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.file.FileConfiguration.Access;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What a process that only reads sees of sessions. */
class FollowedSessionsTest {

  private static final SessionId ID = new SessionId("s-1");
  private static final SessionDetails DETAILS = SessionDetails.of("build", "r", Json.EMPTY);

  @RegisterExtension private final FreshDirectory live = new FreshDirectory();

  private UnifiedStorage reader() {
    return FreshDirectory.open(FileConfiguration.builder(live.path()).access(Access.READ).build());
  }

  private void move(SessionState next) {
    Mono<Session> moved =
        live.storage()
            .sessions()
            .get(ID)
            .flatMap(there -> live.storage().sessions().update(there.withState(next)));
    Await.done(moved);
  }

  @Test
  void sees_each_session_come_change_and_go() {
    Await.done(live.storage().sessions().create(ID, DETAILS));
    UnifiedStorage reader = reader();

    StepVerifier.create(reader.sessions().watch(ID).map(Session::state))
        .expectNext(SessionState.INITIALIZING)
        .then(() -> move(SessionState.RUNNING))
        .expectNext(SessionState.RUNNING)
        // A list looks at the files as well, and must not keep what it has seen to itself.
        .then(() -> move(SessionState.PAUSED))
        .then(() -> Await.done(reader.sessions().list(SessionFilter.all())))
        .expectNext(SessionState.PAUSED)
        .then(() -> Await.done(live.storage().sessions().delete(ID)))
        .expectComplete()
        .verify(Await.LIMIT);
    Await.done(reader.close());
  }

  @Test
  void follows_those_that_match() {
    UnifiedStorage reader = reader();
    SessionFilter running = SessionFilter.all().withStates(SessionState.RUNNING);

    StepVerifier.create(reader.sessions().watch(running))
        .then(() -> Await.done(live.storage().sessions().create(ID, DETAILS)))
        .then(() -> move(SessionState.RUNNING))
        .assertNext(change -> assertThat(change).isInstanceOf(SessionChange.Current.class))
        .then(() -> move(SessionState.COMPLETED))
        .assertNext(change -> assertThat(change).isInstanceOf(SessionChange.Left.class))
        .then(() -> Await.done(reader.close()))
        .expectError(UnavailableException.class)
        .verify(Await.LIMIT);
  }

  @Test
  void one_poll_serves_all_and_begins_anew_when_somebody_comes_back() {
    Await.done(live.storage().sessions().create(ID, DETAILS));
    UnifiedStorage reader = reader();
    for (int i = 0; i < 3; i++) {
      List<Session> two =
          Await.all(
              reader.sessions().watch(ID).take(1).mergeWith(reader.sessions().watch(ID).take(1)));
      assertThat(two).hasSize(2);
    }
    move(SessionState.RUNNING);

    assertThat(Await.value(reader.sessions().watch(ID).next()).version()).isEqualTo(2);
    Await.done(reader.close());
  }
}
