package io.holdfast.file;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionLedger;
import io.holdfast.session.SessionWatches;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** What those that follow sessions ask the files for. */
final class FileSessionSource implements SessionWatches.Source {

  private final Disk disk;
  private final Engine engine;
  private final SessionLedger sessions;

  FileSessionSource(Disk disk, Engine engine) {
    this.disk = disk;
    this.engine = engine;
    this.sessions = new FileSessionStore(engine.scope());
  }

  @Override
  public Mono<List<Session>> list(SessionFilter filter) {
    return sessions.list(filter).collectList();
  }

  @Override
  public Mono<List<Session>> find(List<SessionId> ids) {
    return Flux.fromIterable(ids).concatMap(sessions::find, 1).collectList();
  }

  @Override
  public <T> Mono<T> hearing() {
    return engine.hearing();
  }

  @Override
  public Scheduler scheduler() {
    return disk.scheduler();
  }
}
