package io.holdfast.session;

import io.holdfast.SessionId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a backend keeps of sessions, and those that follow them. */
final class WatchedSessions implements SessionStore {

  private final SessionLedger ledger;
  private final SessionWatches.Source source;
  private final SessionWatches watches;

  WatchedSessions(SessionLedger ledger, SessionWatches.Source source, SessionWatches watches) {
    this.ledger = ledger;
    this.source = source;
    this.watches = watches;
  }

  @Override
  public Flux<Session> watch(SessionId id) {
    return watches
        .watch(source, new Selection.One(id))
        .takeWhile(SessionChange.Current.class::isInstance)
        .map(change -> ((SessionChange.Current) change).session());
  }

  @Override
  public Flux<SessionChange> watch(SessionFilter filter) {
    return watches.watch(source, Selection.Matching.of(filter));
  }

  @Override
  public Mono<Session> create(SessionId id, SessionDetails details) {
    return ledger.create(id, details);
  }

  @Override
  public Mono<Session> find(SessionId id) {
    return ledger.find(id);
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    return ledger.list(filter);
  }

  @Override
  public Mono<SessionStats> stats(SessionFilter filter) {
    return ledger.stats(filter);
  }

  @Override
  public Mono<Session> update(Session changed) {
    return ledger.update(changed);
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    return ledger.delete(id);
  }

  @Override
  public Mono<Long> purge(SessionFilter filter) {
    return ledger.purge(filter);
  }
}
