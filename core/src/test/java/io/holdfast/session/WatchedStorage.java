package io.holdfast.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.session.SessionWatches.Sight;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.StepVerifier.FirstStep;

/** Watches over a storage that answers when it is told to. */
abstract class WatchedStorage {

  static final Instant MADE = Instant.parse("2026-11-26T10:00:00Z");
  static final SessionFilter RUNNING = SessionFilter.all().withStates(SessionState.RUNNING);

  final SessionWatches watches = new SessionWatches();
  final Storage storage = new Storage();
  final SessionStore sessions = watches.sessions(new NoLedger(), storage);

  /** Answers when it is told to. */
  static final class Storage implements SessionWatches.Source {

    final Deque<Sinks.One<List<Session>>> asked = new ArrayDeque<>();
    List<Session> there = List.of();
    int rows;

    @Override
    public Mono<List<Session>> list(SessionFilter filter) {
      Sinks.One<List<Session>> answer = Sinks.one();
      asked.add(answer);
      rows = filter.limit();
      return answer.asMono();
    }

    void answer(Session... page) {
      var unused = asked.remove().tryEmitValue(List.of(page));
    }

    @Override
    public Mono<List<Session>> find(List<SessionId> ids) {
      return Mono.just(there.stream().filter(session -> ids.contains(session.id())).toList());
    }

    @Override
    public <T> Mono<T> hearing() {
      return Mono.never();
    }

    @Override
    public Scheduler scheduler() {
      return Schedulers.immediate();
    }
  }

  static Session session(String id, long version, SessionState state) {
    return session(id, version, state, MADE);
  }

  static Session session(String id, long version, SessionState state, Instant made) {
    return new Session(
        new SessionId(id),
        version,
        state,
        SessionDetails.of("t", "r", Json.EMPTY),
        new SessionTiming(made, made, null));
  }

  static Session withData(Session session, byte[] data) {
    return session.withDetails(SessionDetails.of("t", "r", Json.ofStored(data)));
  }

  static Session paused(String id, long version) {
    return session(id, version, SessionState.PAUSED);
  }

  static Session running(String id, long version) {
    return session(id, version, SessionState.RUNNING);
  }

  final void look(Session... seen) {
    List<Sight> sights = new ArrayList<>();
    for (Session session : seen) {
      sights.add(new Sight(session.id(), session));
    }
    watches.changed(watches.looking(), sights);
  }

  final void lookGone(String id) {
    lookGone(id, watches.looking());
  }

  final void lookGone(String id, long began) {
    watches.changed(began, List.of(new Sight(new SessionId(id), null)));
  }

  final FirstStep<SessionChange> watched() {
    return StepVerifier.create(sessions.watch(RUNNING));
  }

  final void listen() {
    assertThat(watches.listen().begun()).isTrue();
  }
}
