package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionLedger;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionStats;
import io.holdfast.session.SessionTiming;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Sessions, a document each. */
final class FileSessionStore implements SessionLedger {

  private static final Shelf<Session> SHELF = Shelf.SESSIONS;

  private final Scope scope;

  FileSessionStore(Scope scope) {
    this.scope = scope;
  }

  @Override
  public Mono<Session> create(SessionId id, SessionDetails details) {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(details, "details");
    return scope.write(edit -> create(edit, id, details));
  }

  private static Session create(Edit edit, SessionId id, SessionDetails details)
      throws IOException {
    Session there = edit.find(SHELF, key(id));
    if (there == null) {
      Instant now = edit.now();
      return edit.put(
          SHELF,
          new Session(
              id, 1, SessionState.INITIALIZING, details, new SessionTiming(now, now, null)));
    }
    if (there.version() == 1 && there.details().equals(details)) {
      return there;
    }
    throw ConflictException.ofVersion("Session", id.value(), 0, there.version());
  }

  @Override
  public Mono<Session> find(SessionId id) {
    Objects.requireNonNull(id, "id");
    return scope.read(view -> view.find(SHELF, key(id)));
  }

  @Override
  public Flux<Session> list(SessionFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.pages(view -> pages(view, filter, filter.limit()));
  }

  private static DocumentPages<Session> pages(View view, SessionFilter filter, long limit) {
    return new DocumentPages<>(
        view,
        SHELF,
        keys(view, filter),
        limit,
        (key, json) -> {
          Session session = view.decode(SHELF, key, json);
          return filter.matches(session) ? session : null;
        });
  }

  @Override
  public Mono<SessionStats> stats(SessionFilter filter) {
    SessionFilter whole = filter.withoutPlace();
    return scope
        .pages(view -> pages(view, whole, Long.MAX_VALUE))
        .map(SessionStats::of)
        .reduce(SessionStats.NONE, SessionStats::plus);
  }

  private static Iterator<DocumentKey> keys(View view, SessionFilter filter) {
    Session last = filter.after();
    Map.@Nullable Entry<DocumentKey, Note> after =
        last == null ? null : Map.entry(SHELF.key(last), SHELF.note(last));
    return Keys.sorted(
        view.entries(SHELF),
        (key, note) ->
            (filter.states().isEmpty() || filter.states().contains(Shelf.STATES.get(note.state())))
                && (after == null || Keys.NEWEST_FIRST.compare(after, Map.entry(key, note)) < 0),
        Keys.NEWEST_FIRST);
  }

  @Override
  public Mono<Session> update(Session changed) {
    Objects.requireNonNull(changed, "session");
    return scope.write(new Once<>(edit -> update(edit, changed)));
  }

  private static Session update(Edit edit, Session changed) throws IOException {
    String id = changed.id().value();
    Session there = edit.find(SHELF, key(changed.id()));
    if (there == null) {
      throw new NotFoundException("Session", id);
    }
    if (there.version() != changed.version()) {
      throw ConflictException.ofVersion("Session", id, changed.version(), there.version());
    }
    if (!there.state().canMoveTo(changed.state())) {
      throw there.state().refusal(there.id(), changed.state());
    }
    return edit.put(SHELF, next(there, changed, edit.now()));
  }

  private static Session next(Session there, Session changed, Instant now) {
    SessionTiming timing = there.timing();
    Instant finishedAt = null;
    if (changed.state().isFinished()) {
      finishedAt = changed.state() == there.state() ? timing.finishedAt() : now;
    }
    return new Session(
        there.id(),
        there.version() + 1,
        changed.state(),
        changed.details(),
        new SessionTiming(timing.createdAt(), now, finishedAt));
  }

  @Override
  public Mono<Void> delete(SessionId id) {
    Objects.requireNonNull(id, "id");
    return scope.write(
        edit -> {
          if (edit.find(SHELF, key(id)) != null) {
            edit.delete(SHELF, key(id));
          }
          return null;
        });
  }

  @Override
  public Mono<Long> purge(SessionFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return scope.write(edit -> purge(edit, filter));
  }

  private static long purge(Edit edit, SessionFilter filter) throws IOException {
    Iterator<DocumentKey> finished =
        Keys.sorted(
            edit.entries(SHELF),
            (key, note) -> Shelf.STATES.get(note.state()).isFinished(),
            Keys.NEWEST_FIRST.reversed());
    List<DocumentKey> gone = new ArrayList<>();
    while (finished.hasNext() && gone.size() < filter.limit()) {
      DocumentKey key = finished.next();
      Session session = edit.find(SHELF, key);
      if (session != null && filter.matches(session)) {
        gone.add(key);
      }
    }
    gone.forEach(key -> edit.delete(SHELF, key));
    return gone.size();
  }

  private static DocumentKey key(SessionId id) {
    return DocumentKey.of(id.value());
  }
}
