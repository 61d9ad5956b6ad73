package io.holdfast.session;

import io.holdfast.ConflictException;
import io.holdfast.SessionId;
import java.util.EnumSet;
import java.util.Set;

/** Where a run is. */
public enum SessionState {
  /** Created, not started. */
  INITIALIZING,
  /** Working. */
  RUNNING,
  /** Stopped for a while. */
  PAUSED,
  /** Ended well; nothing follows. */
  COMPLETED,
  /** Ended badly; may run again. */
  FAILED,
  /** Given up; nothing follows. */
  CANCELLED;

  /** The states from which a run is expected to go on by itself: not finished. */
  public static final Set<SessionState> ACTIVE = Set.of(INITIALIZING, RUNNING, PAUSED);

  /** True if a session may go from here to {@code next}. Staying is always allowed. */
  public boolean canMoveTo(SessionState next) {
    return next == this || successors().contains(next);
  }

  /** The states from which a session may go here, itself among them. */
  public Set<SessionState> predecessors() {
    EnumSet<SessionState> from = EnumSet.noneOf(SessionState.class);
    for (SessionState state : values()) {
      if (state.canMoveTo(this)) {
        from.add(state);
      }
    }
    return from;
  }

  /** Why a session that is here may not go to {@code next}: names both states. */
  public ConflictException refusal(SessionId id, SessionState next) {
    return new ConflictException(
        "Session", id.value(), "in one of " + next.predecessors() + " to become " + next, name());
  }

  /** True for completed, failed and cancelled: the session has a time of finish. */
  public boolean isFinished() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }

  private Set<SessionState> successors() {
    return switch (this) {
      case INITIALIZING -> EnumSet.of(RUNNING, PAUSED, COMPLETED, FAILED, CANCELLED);
      case RUNNING -> EnumSet.of(PAUSED, COMPLETED, FAILED, CANCELLED);
      case PAUSED -> EnumSet.of(RUNNING, COMPLETED, FAILED, CANCELLED);
      case FAILED -> EnumSet.of(RUNNING, CANCELLED);
      case COMPLETED, CANCELLED -> EnumSet.noneOf(SessionState.class);
    };
  }
}
