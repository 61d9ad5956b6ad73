package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The newest state of each session that waits, in order, and how much that is. */
final class Backlog {

  private final Map<SessionId, Seen> sessions = new LinkedHashMap<>();
  private long bytes;

  /** A session as a look has shown it. */
  record Seen(@Nullable Session session, Moment moment) {

    long bytes() {
      return session == null ? 0 : session.details().data().sizeBytes();
    }
  }

  boolean has(SessionId id) {
    return sessions.containsKey(id);
  }

  int size() {
    return sessions.size();
  }

  /** Of the data of all. */
  long bytes() {
    return bytes;
  }

  void put(SessionId id, Seen seen) {
    Seen before = sessions.put(id, seen);
    bytes += seen.bytes() - (before == null ? 0 : before.bytes());
  }

  @Nullable Seen remove(SessionId id) {
    Seen removed = sessions.remove(id);
    bytes -= removed == null ? 0 : removed.bytes();
    return removed;
  }

  /** Hands out the one that has waited longest; false if there is none. */
  boolean next(BiConsumer<SessionId, Seen> taker) {
    Iterator<Map.Entry<SessionId, Seen>> entries = sessions.entrySet().iterator();
    if (!entries.hasNext()) {
      return false;
    }
    Map.Entry<SessionId, Seen> next = entries.next();
    entries.remove();
    bytes -= next.getValue().bytes();
    taker.accept(next.getKey(), next.getValue());
    return true;
  }

  void clear() {
    sessions.clear();
    bytes = 0;
  }
}
