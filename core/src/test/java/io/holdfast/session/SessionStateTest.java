package io.holdfast.session;

import static io.holdfast.session.SessionState.CANCELLED;
import static io.holdfast.session.SessionState.COMPLETED;
import static io.holdfast.session.SessionState.FAILED;
import static io.holdfast.session.SessionState.INITIALIZING;
import static io.holdfast.session.SessionState.PAUSED;
import static io.holdfast.session.SessionState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SessionStateTest {

  /** Where each state may go, but for staying. */
  private static final Map<SessionState, Set<SessionState>> MOVES =
      Map.of(
          INITIALIZING, EnumSet.of(RUNNING, PAUSED, COMPLETED, FAILED, CANCELLED),
          RUNNING, EnumSet.of(PAUSED, COMPLETED, FAILED, CANCELLED),
          PAUSED, EnumSet.of(RUNNING, COMPLETED, FAILED, CANCELLED),
          COMPLETED, EnumSet.noneOf(SessionState.class),
          FAILED, EnumSet.of(RUNNING, CANCELLED),
          CANCELLED, EnumSet.noneOf(SessionState.class));

  @Test
  void moves_as_the_table_says_and_may_always_stay() {
    for (SessionState from : SessionState.values()) {
      for (SessionState next : SessionState.values()) {
        assertThat(from.canMoveTo(next))
            .as("%s to %s", from, next)
            .isEqualTo(next == from || MOVES.get(from).contains(next));
      }
    }
  }

  @Test
  void predecessors_are_the_same_table_read_backwards() {
    for (SessionState state : SessionState.values()) {
      Set<SessionState> expected =
          Arrays.stream(SessionState.values())
              .filter(from -> from.canMoveTo(state))
              .collect(Collectors.toSet());
      assertThat(state.predecessors()).as("to %s", state).isEqualTo(expected);
    }
  }

  @Test
  void nothing_goes_back_to_initializing() {
    assertThat(INITIALIZING.predecessors()).containsExactly(INITIALIZING);
  }

  @Test
  void completed_failed_and_cancelled_are_finished() {
    assertThat(SessionState.values())
        .filteredOn(SessionState::isFinished)
        .containsExactlyInAnyOrder(COMPLETED, FAILED, CANCELLED);
  }
}
