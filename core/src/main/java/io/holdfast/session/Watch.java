package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * One watch: what its subscriber knows, and what waits to be told. Of a session only the newest
 * state waits. When more waits than may, all of it is dropped and the storage is asked instead.
 *
 * <p>What a look has shown and what the storage has answered are put in order by the {@link Moment}
 * of each. Where that does not help, and the one says that a session is gone or another one, the
 * storage is asked again.
 */
final class Watch {

  /** How many sessions may wait to be told of. */
  static final int WAITING_MAX = 4_096;

  /** How much data may wait, in bytes, unless it is that of one session. */
  private static final long WAITING_BYTES_MAX = 16 * 1024 * 1024;

  private final Selection selection;
  private final SessionWatches.Source source;
  private final AtomicLong clock;
  private final Acquaintance known;
  private final Backlog waiting = new Backlog();
  private final Backlog passing = new Backlog();
  private final Deque<SessionChange> ready = new ArrayDeque<>();
  private boolean isLost = true;
  private boolean isReading;
  private volatile @Nullable FluxSink<Long> signals;

  Watch(Selection selection, SessionWatches.Source source, AtomicLong clock) {
    this.selection = selection;
    this.source = source;
    this.clock = clock;
    this.known = new Acquaintance(selection);
  }

  Selection selection() {
    return selection;
  }

  void signalTo(FluxSink<Long> sink) {
    signals = sink;
  }

  /** There is something to do; may be called by anybody, and never waits. */
  void signal() {
    FluxSink<Long> sink = signals;
    if (sink != null) {
      sink.next(clock.get());
    }
  }

  /** Ends it for its subscriber, and for nobody else. */
  void fail(RuntimeException error) {
    FluxSink<Long> sink = signals;
    if (sink != null) {
      sink.error(error);
    }
  }

  /** Takes note of what a look has shown; true if there is something to do now. */
  synchronized boolean take(SessionWatches.Sight sight, Moment moment) {
    if (isLost) {
      return false;
    }
    SessionId id = sight.id();
    Session session = sight.session();
    Backlog.Seen seen = new Backlog.Seen(session, moment);
    boolean isWanted = session != null && selection.matches(session);
    if (isWanted || known.has(id) || waiting.has(id)) {
      var unused = passing.remove(id);
      waiting.put(id, seen);
      dropIfTooMuch();
      return true;
    }
    if (isReading) {
      // The page that is on its way may bring it as it was before.
      passing.put(id, seen);
      dropIfTooMuch();
    }
    return isLost;
  }

  private void dropIfTooMuch() {
    int count = waiting.size() + passing.size();
    long bytes = waiting.bytes() + passing.bytes();
    if (count > WAITING_MAX || (bytes > WAITING_BYTES_MAX && count > 1)) {
      lost();
    }
  }

  /** Something may have been missed: the storage has to be asked. */
  synchronized void lost() {
    isLost = true;
    waiting.clear();
    passing.clear();
  }

  /** What there is to tell, one by one as it is demanded. Rounds come one after the other. */
  Flux<SessionChange> round() {
    return Flux.defer(() -> begin() ? scan().concatWith(told()) : told());
  }

  private synchronized boolean begin() {
    boolean wasLost = isLost;
    isLost = false;
    return wasLost;
  }

  private Flux<SessionChange> scan() {
    return new Scan(selection, source, this, known).changes();
  }

  /** A page is asked for, now. */
  synchronized long asking() {
    isReading = true;
    passing.clear();
    return clock.incrementAndGet();
  }

  /** The page has come, that was asked for then; what has passed it by meanwhile waits. */
  synchronized void answered(List<Session> page, long asked, Consumer<Moment> learning) {
    isReading = false;
    learning.accept(new Moment(asked, clock.incrementAndGet()));
    for (Session session : page) {
      Backlog.Seen passed = passing.remove(session.id());
      if (passed != null) {
        waiting.put(session.id(), passed);
      }
    }
    passing.clear();
  }

  private Flux<SessionChange> told() {
    return Flux.generate(
        sink -> {
          SessionChange next = next();
          if (next == null) {
            sink.complete();
          } else {
            sink.next(next);
          }
        });
  }

  private synchronized @Nullable SessionChange next() {
    while (ready.isEmpty() && waiting.next(this::see)) {
      // Most looks show something new, and those that do not are passed over.
    }
    return ready.poll();
  }

  private void see(SessionId id, Backlog.Seen seen) {
    if (!known.see(id, seen.session(), seen.moment(), ready)) {
      lost();
      signal();
    }
  }
}
