package io.holdfast.dual;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionLedger;
import io.holdfast.session.SessionStats;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs on two sides. */
class DualSessionLedger implements SessionLedger {

  private static final Area ALL = Area.all(Session.KIND);

  private final Access access;

  DualSessionLedger(Access access) {
    this.access = access;
  }

  private static Area one(SessionId id) {
    return Area.one(Session.KIND, id.value());
  }

  @Override
  public Mono<Session> create(SessionId id, SessionDetails details) {
    return access.write(List.of(one(id)), stores -> stores.sessions().create(id, details));
  }

  @Override
  public Mono<Session> find(SessionId id) {
    return access.read(one(id), stores -> stores.sessions().find(id));
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    return access.readMany(ALL, stores -> stores.sessions().list(filter));
  }

  @Override
  public Mono<SessionStats> stats(SessionFilter filter) {
    return access.read(ALL, stores -> stores.sessions().stats(filter));
  }

  @Override
  public Mono<Session> update(Session changed) {
    return access.write(List.of(one(changed.id())), stores -> stores.sessions().update(changed));
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    return access.write(List.of(one(id)), stores -> stores.sessions().delete(id));
  }

  @Override
  public Mono<Long> purge(SessionFilter filter) {
    return access.write(List.of(ALL), stores -> stores.sessions().purge(filter));
  }
}
