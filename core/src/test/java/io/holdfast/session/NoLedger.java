package io.holdfast.session;

import io.holdfast.SessionId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Nothing is asked of it here. */
record NoLedger() implements SessionLedger {

  @Override
  public Mono<Session> create(SessionId id, SessionDetails details) {
    return Mono.never();
  }

  @Override
  public Mono<Session> find(SessionId id) {
    return Mono.never();
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    return Flux.never();
  }

  @Override
  public Mono<SessionStats> stats(SessionFilter filter) {
    return Mono.never();
  }

  @Override
  public Mono<Session> update(Session changed) {
    return Mono.never();
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    return Mono.never();
  }

  @Override
  public Mono<Long> purge(SessionFilter filter) {
    return Mono.never();
  }
}
