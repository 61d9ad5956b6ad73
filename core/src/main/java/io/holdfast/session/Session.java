package io.holdfast.session;

import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import java.util.Objects;

/**
 * A run as the store keeps it. To change it, derive a copy and hand it to {@link
 * SessionStore#update}.
 *
 * @param id its name
 * @param version 1 when created, one more with every write
 * @param state where it is
 * @param details what it is about
 * @param timing when things happened
 */
public record Session(
    SessionId id, long version, SessionState state, SessionDetails details, SessionTiming timing) {

  /** How sessions are named, ordered and written. */
  public static final RecordKind<Session> KIND = new SessionKind();

  /** Requires all parts. */
  public Session {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(state, "state");
    Objects.requireNonNull(details, "details");
    Objects.requireNonNull(timing, "timing");
  }

  /** The same session in another state. */
  public Session withState(SessionState changed) {
    return new Session(id, version, changed, details, timing);
  }

  /** The same session with other details. */
  public Session withDetails(SessionDetails changed) {
    return new Session(id, version, state, changed, timing);
  }
}
