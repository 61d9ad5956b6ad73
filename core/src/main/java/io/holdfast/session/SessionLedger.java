package io.holdfast.session;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.SessionId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs, each with a state machine and a version: the part of the {@link SessionStore} that also
 * works inside a transaction.
 */
public interface SessionLedger {

  /**
   * Creates a session in state {@link SessionState#INITIALIZING}. Repeating the same creation
   * returns what is there; fails with {@link ConflictException} if the id is taken by anything
   * else.
   *
   * @return the session at version 1; never empty
   */
  Mono<Session> create(SessionId id, SessionDetails details);

  /** The session; empty if there is none. */
  Mono<Session> find(SessionId id);

  /** The session; fails with {@link NotFoundException} if there is none. */
  default Mono<Session> get(SessionId id) {
    return find(id).switchIfEmpty(Mono.error(() -> new NotFoundException("Session", id.value())));
  }

  /** The sessions that match, newest first by creation, then by id; empty if there is none. */
  Flux<Session> list(SessionFilter filter);

  /**
   * The sessions that match in numbers, whatever the filter's place and limit; never empty. Nothing
   * is counted beforehand, so that updates pay nothing for it: looks at all of them.
   */
  Mono<SessionStats> stats(SessionFilter filter);

  /** The session in numbers; fails with {@link NotFoundException} if there is none. */
  default Mono<SessionStats> stats(SessionId id) {
    return get(id).map(SessionStats::of);
  }

  /**
   * Writes state and details of {@code changed}, if the session is still at {@code changed}'s
   * version and may go to its state. Subscribing again repeats the same update: if it had been
   * applied, its result is returned and nothing is written. Calling again is another update.
   *
   * <p>Fails with {@link ConflictException} if it is at another version, or, naming both states, if
   * the move is illegal, and with {@link NotFoundException} if it does not exist.
   *
   * @return the session at the next version; never empty
   */
  Mono<Session> update(Session changed);

  /** Deletes the session; harmless if there is none. */
  Mono<Void> delete(SessionId id);

  /**
   * Deletes the sessions that match and are finished, those created first before the others, at
   * most the filter's limit; its place does not count. What is not finished stays, whatever the
   * filter says, and so may what somebody changes just now. Nothing else of their runs is deleted.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> purge(SessionFilter filter);
}
