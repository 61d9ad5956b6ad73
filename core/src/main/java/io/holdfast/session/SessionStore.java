package io.holdfast.session;

import io.holdfast.InvalidInputException;
import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import reactor.core.publisher.Flux;

/**
 * Runs, also for those that follow them. A watch emits how things are, and then every later change,
 * of whatever process. The versions of a session only grow and none comes twice; the newest one
 * always comes, but those between may be left out when they follow each other faster than they are
 * taken, or than they are heard of.
 *
 * <p>All watches of a process share one reader, which is woken by those who write. A watch asks the
 * storage for itself at its beginning, after an outage, and when more was waiting for it than it
 * may hold, and then reads page by page as it is demanded. A watcher that asks for nothing holds no
 * connection and no growing buffer. Outages are waited out; every watch fails with {@link
 * UnavailableException} when the storage is closed, or does not let it read. Cancelling ends the
 * watch.
 */
public interface SessionStore extends SessionLedger {

  /** How many sessions may match a watched filter at once. */
  int WATCHED_MAX = 100_000;

  /**
   * Follows one session: how it is now, if it exists, and how it is after every later change. If it
   * does not exist, waits for its creation. Completes when it was deleted, also if it has been
   * created anew since.
   */
  Flux<Session> watch(SessionId id);

  /**
   * Follows the sessions that match {@code filter}, whatever its place and limit: first {@link
   * SessionChange.Current} of each that matches now, in the order of {@link #list}, then what
   * becomes of them and of others that come to match. Of a session that was deleted and created
   * anew both is told. Never completes.
   *
   * <p>Keeps the id of each that matches. Fails with {@link InvalidInputException} when there are
   * more than {@value #WATCHED_MAX}.
   */
  Flux<SessionChange> watch(SessionFilter filter);
}
