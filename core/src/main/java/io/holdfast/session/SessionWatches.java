package io.holdfast.session;

import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Those that follow sessions in this process. For backends, one a storage: the backend says what it
 * sees, one look after the other, and each watch takes what it is about.
 */
public final class SessionWatches {

  private final Map<SessionId, Set<Watch>> bySession = new HashMap<>();
  private final Set<Watch> others = new LinkedHashSet<>();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Object telling = new Object();
  private int listening;
  private final AtomicLong clock = new AtomicLong();
  private volatile boolean isWatched;

  /** What a backend does for those that watch. */
  public interface Source {

    /** The sessions that match; waits out an outage. */
    Mono<List<Session>> list(SessionFilter filter);

    /** Those of {@code ids} that are there, in any order; waits out an outage. */
    Mono<List<Session>> find(List<SessionId> ids);

    /**
     * Never emits; as long as it is subscribed to, {@link #changed} and {@link #lost} are called
     * for what anybody writes. Fails when that cannot be done any more.
     */
    <T> Mono<T> hearing();

    /** Where changes are handed on; its threads may be blocked by whoever takes them. */
    Scheduler scheduler();
  }

  /**
   * A session as it was at a look.
   *
   * @param session {@code null} if there was none
   */
  public record Sight(SessionId id, @Nullable Session session) {}

  /** Nobody watches yet. */
  public SessionWatches() {}

  /** The sessions of {@code ledger}, also for those that watch here. */
  public SessionStore sessions(SessionLedger ledger, Source source) {
    return new WatchedSessions(ledger, source, this);
  }

  Flux<SessionChange> watch(Source source, Selection selection) {
    Flux<SessionChange> changes =
        Flux.defer(
            () -> {
              Watch watch = new Watch(selection, source, clock);
              return Flux.<Long>create(sink -> enter(watch, sink), FluxSink.OverflowStrategy.LATEST)
                  .concatMap(signal -> watch.round(), 1)
                  .publishOn(source.scheduler(), false, 1);
            });
    return changes.takeUntilOther(Flux.merge(source.hearing(), untilClosed()));
  }

  private void enter(Watch watch, FluxSink<Long> signals) {
    watch.signalTo(signals);
    signals.onDispose(() -> leave(watch));
    if (add(watch)) {
      watch.signal();
    }
  }

  /** True if it may begin: nothing that is written from now on is missed. */
  private synchronized boolean add(Watch watch) {
    if (watch.selection() instanceof Selection.One one) {
      bySession.computeIfAbsent(one.id(), id -> new LinkedHashSet<>()).add(watch);
    } else {
      others.add(watch);
    }
    isWatched = true;
    return listening > 0;
  }

  private synchronized void leave(Watch watch) {
    others.remove(watch);
    if (watch.selection() instanceof Selection.One one) {
      Set<Watch> same = bySession.get(one.id());
      if (same != null && same.remove(watch) && same.isEmpty()) {
        bySession.remove(one.id());
      }
    }
    isWatched = !others.isEmpty() || !bySession.isEmpty();
  }

  /** True if what is written is of interest to anybody. */
  public boolean isWatched() {
    return isWatched;
  }

  /** Somebody is about to say what is written. */
  public Listening listen() {
    return new Listening();
  }

  /** Whoever says what is written, for as long as it does. */
  public final class Listening {

    private boolean hasBegun;
    private boolean hasEnded;

    private Listening() {}

    /**
     * From now on {@link #changed} is called for what is written, and nothing is known of what was
     * before. False, and nothing is done, if that was said already.
     */
    public boolean begun() {
      synchronized (SessionWatches.this) {
        if (hasBegun || hasEnded) {
          return false;
        }
        hasBegun = true;
        listening++;
      }
      lost();
      return true;
    }

    /** Nothing is said any more; whoever comes waits until somebody else has begun. */
    public void ended() {
      synchronized (SessionWatches.this) {
        listening -= hasBegun && !hasEnded ? 1 : 0;
        hasEnded = true;
      }
    }
  }

  /** Something may have been missed: every watch looks for itself. */
  public void lost() {
    List<Watch> all = all();
    all.forEach(Watch::lost);
    all.forEach(Watch::signal);
  }

  private synchronized List<Watch> all() {
    List<Watch> all = new ArrayList<>(others);
    bySession.values().forEach(all::addAll);
    return all;
  }

  /** A look begins: the moment for {@link #changed}. */
  public long looking() {
    return clock.incrementAndGet();
  }

  /** What one look has shown, of which nobody has been told, and when it began. */
  public void changed(long began, List<Sight> sights) {
    tell(began, sights).forEach(Watch::signal);
  }

  private Set<Watch> tell(long began, List<Sight> sights) {
    Set<Watch> concerned = new LinkedHashSet<>();
    synchronized (telling) {
      // Whoever asks the storage, or comes, from now on sees all of this.
      Moment moment = new Moment(began, clock.incrementAndGet());
      List<Watch> everybody = others();
      for (Sight sight : sights) {
        take(everybody, sight, moment, concerned);
        take(of(sight.id()), sight, moment, concerned);
      }
    }
    return concerned;
  }

  private static void take(List<Watch> watches, Sight sight, Moment moment, Set<Watch> concerned) {
    for (Watch watch : watches) {
      try {
        if (watch.take(sight, moment)) {
          concerned.add(watch);
        }
      } catch (RuntimeException e) {
        watch.fail(e);
      }
    }
  }

  private synchronized List<Watch> others() {
    return List.copyOf(others);
  }

  private synchronized List<Watch> of(SessionId id) {
    return List.copyOf(bySession.getOrDefault(id, Set.of()));
  }

  private Mono<SessionChange> untilClosed() {
    return closed
        .asMono()
        .then(Mono.error(() -> new UnavailableException("The storage is closed")));
  }

  /** Ends all watches. */
  public void close() {
    var unused = closed.tryEmitEmpty();
  }
}
