package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.Objects;

/** What has become of a session that matches a watched filter, or did so. */
public sealed interface SessionChange {

  /** The session. */
  SessionId id();

  /** It matches, and this is how it is now: it did so all along, or does so from now on. */
  record Current(Session session) implements SessionChange {

    /** Requires the session. */
    public Current {
      Objects.requireNonNull(session, "session");
    }

    @Override
    public SessionId id() {
      return session.id();
    }
  }

  /** It matched, and does so no longer; this is how it is now. */
  record Left(Session session) implements SessionChange {

    /** Requires the session. */
    public Left {
      Objects.requireNonNull(session, "session");
    }

    @Override
    public SessionId id() {
      return session.id();
    }
  }

  /** It matched, and was deleted. */
  record Deleted(SessionId id) implements SessionChange {

    /** Requires the id. */
    public Deleted {
      Objects.requireNonNull(id, "id");
    }
  }
}
