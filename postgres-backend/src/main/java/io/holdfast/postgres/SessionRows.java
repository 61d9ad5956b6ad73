package io.holdfast.postgres;

import io.holdfast.SessionId;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;

/** How a session lies in its row. */
final class SessionRows {

  static final String COLUMNS =
      "session_id, version, state, type, repository, worktree, done, total, error, data,"
          + " created_at, updated_at, finished_at";

  private SessionRows() {}

  /** Fills in <code>{columns}</code>. */
  static String in(String sql) {
    return sql.replace("{columns}", COLUMNS);
  }

  static Session session(Columns row) {
    return session(row, 0);
  }

  /** The session whose columns begin at {@code first}. */
  static Session session(Columns row, int first) {
    return new Session(
        new SessionId(row.text(first)),
        row.number(first + 1),
        SessionState.valueOf(row.text(first + 2)),
        new SessionDetails(
            row.text(first + 3),
            row.text(first + 4),
            row.textOrNull(first + 5),
            new Progress(row.number(first + 6), row.number(first + 7)),
            row.json(first + 9),
            row.textOrNull(first + 8)),
        new SessionTiming(row.time(first + 10), row.time(first + 11), row.timeOrNull(first + 12)));
  }
}
