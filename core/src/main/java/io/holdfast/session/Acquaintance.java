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
  private final Map<SessionId, Gone> gone = new HashMap<>();
  private int scans;

  /**
   * What was told last of a session.
   *
   * @param moment when it was like this
   * @param scan when it was last found by one
   */
  private record Known(Instant createdAt, long version, Moment moment, int scan) {

    boolean isOf(Session session) {
      return createdAt.equals(session.timing().createdAt());
    }

    boolean isContradictedBy(@Nullable Session session) {
      return session == null || !isOf(session);
    }
  }

  /**
   * What a scan has found gone. A look that began before may still show it as it was.
   *
   * @param version nothing up to this is news
   * @param scan which has found it
   */
  private record Gone(Instant createdAt, long version, int scan) {

    boolean covers(@Nullable Session session) {
      return session != null
          && createdAt.equals(session.timing().createdAt())
          && session.version() <= version;
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
    // By now every look that began before the last scan has come.
    gone.values().removeIf(there -> there.scan() < scans);
    scans++;
  }

  /** Those that were known and not found since the scan began. */
  List<SessionId> missing() {
    return known.entrySet().stream()
        .filter(entry -> entry.getValue().scan() != scans)
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * A session as a look has shown it; adds what is news. False if only the storage knows what comes
   * last: this, or what is known.
   */
  boolean see(
      SessionId id, @Nullable Session session, Moment moment, Collection<SessionChange> news) {
    Known there = known.get(id);
    Gone before = gone.get(id);
    if ((there != null && moment.isBefore(there.moment()))
        || (before != null && before.covers(session))) {
      return true;
    }
    if (there != null && there.isContradictedBy(session) && !there.moment().isBefore(moment)) {
      return false;
    }
    learn(id, session, moment, news);
    return true;
  }

  /** A session as the storage has it; adds what is news. */
  void find(
      SessionId id, @Nullable Session session, Moment moment, Collection<SessionChange> news) {
    Known there = known.get(id);
    learn(id, session, moment, news);
    Known now = known.get(id);
    if (there != null && (now == null || !now.createdAt().equals(there.createdAt()))) {
      long version = session != null && there.isOf(session) ? session.version() : Long.MAX_VALUE;
      gone.put(id, new Gone(there.createdAt(), version, scans));
    }
  }

  private void learn(
      SessionId id, @Nullable Session session, Moment moment, Collection<SessionChange> news) {
    Known there = known.get(id);
    if (there != null && session != null && there.isOf(session)) {
      goOn(there, session, moment, news);
      return;
    }
    if (there != null) {
      known.remove(id);
      news.add(new SessionChange.Deleted(id));
    }
    if (session != null && selection.matches(session)) {
      remember(session, moment);
      news.add(new SessionChange.Current(session));
    }
  }

  private void goOn(Known there, Session session, Moment moment, Collection<SessionChange> news) {
    if (session.version() <= there.version()) {
      known.put(session.id(), new Known(there.createdAt(), there.version(), moment, scans));
    } else if (selection.matches(session)) {
      remember(session, moment);
      news.add(new SessionChange.Current(session));
    } else {
      known.remove(session.id());
      news.add(new SessionChange.Left(session));
    }
  }

  private void remember(Session session, Moment moment) {
    known.put(
        session.id(), new Known(session.timing().createdAt(), session.version(), moment, scans));
    if (known.size() > SessionStore.WATCHED_MAX) {
      throw new InvalidInputException(
          "watched session filter", "matches more than " + SessionStore.WATCHED_MAX + " sessions");
    }
  }
}
