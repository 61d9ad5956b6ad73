package io.holdfast.session;

import io.holdfast.SessionId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;

/**
 * One watch: what its subscriber knows, and what waits to be told. Of a session only the newest
 * state waits. When more waits than may, all of it is dropped and the storage is asked instead.
 *
 * <p>What a look has shown and what the storage says are told apart by numbers: whatever was asked
 * after look n contains all that the looks up to n have shown.
 */
final class Watch {

  /** How many sessions may wait to be told of. */
  static final int WAITING_MAX = 4_096;

  /** How much data may wait, in bytes, unless it is that of one session. */
  private static final long WAITING_BYTES_MAX = 16 * 1024 * 1024;

  private final Selection selection;
  private final SessionWatches.Source source;
  private final LongSupplier looks;
  private final Acquaintance known;
  private final Map<SessionId, Seen> waiting = new LinkedHashMap<>();
  private final Map<SessionId, Seen> passing = new HashMap<>();
  private final Deque<SessionChange> ready = new ArrayDeque<>();
  private long waitingBytes;
  private boolean isLost = true;
  private boolean isReading;
  private volatile @Nullable FluxSink<Long> signals;

  /** A session as a look has shown it. */
  private record Seen(@Nullable Session session, long look) {

    long bytes() {
      return session == null ? 0 : session.details().data().sizeBytes();
    }
  }

  Watch(Selection selection, SessionWatches.Source source, LongSupplier looks) {
    this.selection = selection;
    this.source = source;
    this.looks = looks;
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
      sink.next(looks.getAsLong());
    }
  }

  /** Takes note of what a look has shown; true if there is something to do now. */
  synchronized boolean take(SessionWatches.Sight sight, long look) {
    if (isLost) {
      return false;
    }
    SessionId id = sight.id();
    Session session = sight.session();
    Seen seen = new Seen(session, look);
    boolean isWanted = session != null && selection.matches(session);
    if (isWanted || known.has(id) || waiting.containsKey(id)) {
      await(id, seen);
      return true;
    }
    if (isReading) {
      // The page that is on its way may bring it as it was before.
      passing.put(id, seen);
      dropIfTooMuch(passing.size());
    }
    return isLost;
  }

  private void await(SessionId id, Seen seen) {
    Seen before = waiting.put(id, seen);
    waitingBytes += seen.bytes() - (before == null ? 0 : before.bytes());
    dropIfTooMuch(waiting.size());
  }

  private void dropIfTooMuch(int count) {
    if (count > WAITING_MAX || (waitingBytes > WAITING_BYTES_MAX && count > 1)) {
      lost();
    }
  }

  /** Something may have been missed: the storage has to be asked. */
  synchronized void lost() {
    isLost = true;
    waiting.clear();
    passing.clear();
    waitingBytes = 0;
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

  /** A page is asked for; it contains what was shown up to the look that is returned. */
  synchronized long asking() {
    isReading = true;
    passing.clear();
    return looks.getAsLong();
  }

  /** The page has come; what has passed it by meanwhile waits. */
  synchronized void answered(List<Session> page, Runnable learning) {
    isReading = false;
    learning.run();
    for (Session session : page) {
      Seen passed = passing.remove(session.id());
      if (passed != null) {
        await(session.id(), passed);
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
    Iterator<Map.Entry<SessionId, Seen>> entries = waiting.entrySet().iterator();
    while (ready.isEmpty() && entries.hasNext()) {
      Map.Entry<SessionId, Seen> entry = entries.next();
      Seen seen = entry.getValue();
      waitingBytes -= seen.bytes();
      known.see(entry.getKey(), seen.session(), seen.look(), ready);
      entries.remove();
    }
    return ready.poll();
  }
}
