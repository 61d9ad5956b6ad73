package io.holdfast.contract;

import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStore;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** The state machine, as {@link SessionState#canMoveTo} draws it. */
public interface SessionStateContract extends StorageContract {

  private SessionStore sessions() {
    return storage().sessions();
  }

  /** A session that is in {@code state}, for a move to {@code next}. */
  private Session in(SessionState state, SessionState next) {
    SessionId id = new SessionId(state + " to " + next);
    Session created = Await.value(sessions().create(id, details(1)));
    return Await.value(sessions().update(created.withState(state)));
  }

  private Session move(Session session, SessionState next) {
    return Await.value(sessions().update(session.withState(next)));
  }

  @Test
  default void makes_every_legal_move() {
    for (SessionState from : SessionState.values()) {
      for (SessionState next : SessionState.values()) {
        if (from.canMoveTo(next)) {
          Session moved = move(in(from, next), next);
          assertThat(moved.state()).as("%s to %s", from, next).isEqualTo(next);
          assertThat(moved.version()).as("%s to %s", from, next).isEqualTo(3);
          assertThat(Await.value(sessions().get(moved.id()))).isEqualTo(moved);
        }
      }
    }
  }

  @Test
  default void refuses_every_illegal_move() {
    for (SessionState from : SessionState.values()) {
      for (SessionState next : SessionState.values()) {
        if (!from.canMoveTo(next)) {
          Session session = in(from, next);
          ConflictException conflict =
              Await.failure(ConflictException.class, sessions().update(session.withState(next)));
          assertThat(conflict.id()).as("%s to %s", from, next).isEqualTo(session.id().value());
          assertThat(Await.value(sessions().get(session.id())))
              .as("%s to %s leaves the session alone", from, next)
              .isEqualTo(session);
        }
      }
    }
  }

  @Test
  default void a_finished_session_has_a_time_of_finish_and_no_other_has() {
    for (SessionState from : SessionState.values()) {
      for (SessionState next : SessionState.values()) {
        if (from.canMoveTo(next)) {
          Session moved = move(in(from, next), next);
          assertThat(moved.timing().finishedAt() != null)
              .as("%s to %s", from, next)
              .isEqualTo(next.isFinished());
        }
      }
    }
  }

  @Test
  default void running_again_clears_the_time_of_finish_and_failing_again_sets_a_new_one() {
    Session created = Await.value(sessions().create(SESSION, details(1)));
    Session failed = move(created, SessionState.FAILED);
    Session running = move(failed, SessionState.RUNNING);
    Session completed = move(running, SessionState.COMPLETED);

    assertThat(failed.timing().finishedAt()).isAfterOrEqualTo(created.timing().createdAt());
    assertThat(running.timing().finishedAt()).isNull();
    assertThat(completed.timing().finishedAt())
        .isAfterOrEqualTo(running.timing().updatedAt())
        .isAfterOrEqualTo(failed.timing().finishedAt());
  }

  @Test
  default void staying_in_a_finished_state_keeps_the_time_of_finish() {
    Session created = Await.value(sessions().create(SESSION, details(1)));
    Session completed = move(created, SessionState.COMPLETED);
    Instant finishedAt = completed.timing().finishedAt();

    Session annotated =
        Await.value(sessions().update(completed.withDetails(details(2).withError("late note"))));

    assertThat(finishedAt).isNotNull();
    assertThat(annotated.version()).isEqualTo(3);
    assertThat(annotated.timing().finishedAt())
        .as("when it reached the state, not when it was last written")
        .isEqualTo(finishedAt);
  }
}
