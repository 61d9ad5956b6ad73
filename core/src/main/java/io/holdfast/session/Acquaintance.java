package io.holdfast.session;

import io.holdfast.InvalidInputException;
import io.holdfast.SessionId;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The matching sessions that a subscriber was told of, and what is news to it. A session is the
 * same as before if it was created at the same time. Guarded by its {@link Watch}.
 */
final class Acquaintance {

  private final Selection selection;
  private final Map<SessionId, Known> known = new HashMap<>();
  private int scans;

  /**
   * What was told last of a session.
   *
   * @param look contains what was shown up to this look
   * @param scan when it was last found by one
   */
  private record Known(Instant createdAt, long version, long look, int scan) {

    boolean isOf(Session session) {
      return createdAt.equals(session.timing().createdAt());
    }
  }

  Acquaintance(Selection selection) {
    this.selection = selection;
  }

  boolean has(SessionId id) {
    return known.containsKey(id);
  }

  /** All that is there is about to be {@linkplain #find found}. */
  void beginScan() {
    scans++;
  }

  /** Those that were known and not found since the scan began. */
  List<SessionId> missing() {
    return known.entrySet().stream()
        .filter(entry -> entry.getValue().scan() != scans)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** A session as a look has shown it; adds what is news. */
  void see(SessionId id, @Nullable Session session, long look, Collection<SessionChange> news) {
    Known there = known.get(id);
    if (there == null || look > there.look()) {
      learn(id, session, look, news);
    }
  }

  /** A session as the storage has it, which was asked after {@code look}; adds what is news. */
  void find(SessionId id, @Nullable Session session, long look, Collection<SessionChange> news) {
    learn(id, session, look, news);
  }

  private void learn(
      SessionId id, @Nullable Session session, long look, Collection<SessionChange> news) {
    Known there = known.get(id);
    if (there != null && session != null && there.isOf(session)) {
      goOn(there, session, look, news);
      return;
    }
    if (there != null) {
      known.remove(id);
      news.add(new SessionChange.Deleted(id));
    }
    if (session != null && selection.matches(session)) {
      remember(session, look);
      news.add(new SessionChange.Current(session));
    }
  }

  private void goOn(Known there, Session session, long look, Collection<SessionChange> news) {
    if (session.version() <= there.version()) {
      known.put(session.id(), new Known(there.createdAt(), there.version(), look, scans));
    } else if (selection.matches(session)) {
      remember(session, look);
      news.add(new SessionChange.Current(session));
    } else {
      known.remove(session.id());
      news.add(new SessionChange.Left(session));
    }
  }

  private void remember(Session session, long look) {
    known.put(
        session.id(), new Known(session.timing().createdAt(), session.version(), look, scans));
    if (known.size() > SessionStore.WATCHED_MAX) {
      throw new InvalidInputException(
          "watched session filter", "matches more than " + SessionStore.WATCHED_MAX + " sessions");
    }
  }
}
