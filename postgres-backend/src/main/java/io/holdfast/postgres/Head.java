package io.holdfast.postgres;

import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Reads what is new, once for all subscriptions of this process: one page a wake-up, on a
 * connection of its own, and only while somebody waits for it. Pages stay in a {@link Window} for a
 * while; a subscription that finds its place there needs no database, one that has fallen behind
 * reads for itself until it does.
 *
 * <p>A subscription that waits is woken by an event of a job that it wants. If it was not woken,
 * nothing has matched, so that its position moves along with ours.
 */
final class Head {

  /** The memory that the newest events may take. */
  static final long WINDOW_BYTES = 16L * 1024 * 1024;

  /** How many pages are looked through at once: small ones, when events come one by one. */
  private static final int PAGES_AT_ONCE = 256;

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final Object lock = new Object();
  private final EventReader reader;
  private final WakeUps wakeUps;
  private final Pace pace;
  private final Counter reads;
  private final WakeUps asked = new WakeUps();
  private final PageSize size = new PageSize();
  private final Window window = new Window(WINDOW_BYTES);
  private final Waiters waiters = new Waiters();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Flux<Long> running;
  private boolean reading;
  private boolean hasMore;
  private boolean isDue;
  private boolean wasWaitedFor;
  private long seen;

  Head(EventReader reader, WakeUps wakeUps, Pace pace, Meters meters) {
    this.reader = reader;
    this.wakeUps = wakeUps;
    this.pace = pace;
    this.reads = meters.headReads();
    this.running =
        Flux.merge(wakeUps.changes(), asked.changes(), pace.polls().map(this::due))
            .onBackpressureLatest()
            .concatMap(signal -> read().thenReturn(signal), 0)
            .takeUntilOther(closed.asMono())
            .publish()
            .refCount(1, LINGER);
  }

  /** Never emits and never ends; reads as long as it is subscribed to. */
  <T> Mono<T> keepReading() {
    return running.ignoreElements().then(Mono.never());
  }

  /** Up to where it has read. */
  long position() {
    synchronized (lock) {
      return window.end();
    }
  }

  /**
   * The pages behind a subscription's place; none if it has to wait for more; {@code null} if its
   * place is not here and it has to ask the database.
   */
  @Nullable List<HeadPage> pagesBehind(Reading reading) {
    synchronized (lock) {
      long position = reading.position();
      if (!window.covers(position)) {
        return null;
      }
      List<HeadPage> pages = window.behind(position, PAGES_AT_ONCE);
      if (!pages.isEmpty()) {
        return pages;
      }
      reading.nothingUpTo(window.end());
      return reading.isAtHead() || isActive() ? List.of() : null;
    }
  }

  private boolean isActive() {
    return reading || !waiters.isEmpty();
  }

  /** Completes, empty-handed, when there is something to look at. */
  Mono<List<RecordedEvent>> await(Reading reading) {
    return Mono.create(sink -> park(reading, sink));
  }

  private void park(Reading reading, MonoSink<List<RecordedEvent>> sink) {
    Waiter waiter = new Waiter(reading, sink);
    boolean late;
    boolean mayBeMore;
    synchronized (lock) {
      catchUpWith(reading);
      late = reading.position() < window.end();
      if (!late) {
        waiters.add(waiter);
        reading.waits(true);
        wasWaitedFor = true;
      }
      mayBeMore = hasMore || wakeUps.count() > seen;
    }
    if (late) {
      waiter.wake(reading.position());
      return;
    }
    sink.onDispose(() -> leave(waiter));
    if (mayBeMore) {
      asked.raise();
    }
  }

  /** While nobody waited, nothing was read: whoever comes first knows better where the end is. */
  private void catchUpWith(Reading reading) {
    long known = Math.min(reading.position(), reading.decided());
    if (!isActive() && known > window.end()) {
      window.restart(known);
      seen = reading.seen();
      hasMore = false;
    }
  }

  /** What one signal comes to: nothing while nobody waits, or when it was seen already. */
  private Mono<Void> read() {
    return pace.beforeRead().then(Mono.defer(this::readIfWanted));
  }

  private Mono<Void> readIfWanted() {
    long from;
    synchronized (lock) {
      boolean isWanted = isDue || hasMore || wakeUps.count() > seen;
      isDue = false;
      if (waiters.isEmpty() || !isWanted) {
        return Mono.empty();
      }
      reading = true;
      from = window.end();
    }
    return readPage(from).doFinally(signal -> reading(false));
  }

  private Mono<Void> readPage(long from) {
    return Patience.with(
            Mono.defer(
                () -> {
                  long signals = wakeUps.count();
                  pace.reading();
                  reads.increment();
                  return reader
                      .pageAfter(EventFilter.all(), EventReader.Place.behind(from), size.rows())
                      .doOnNext(page -> publish(page, signals));
                }))
        .then();
  }

  private void publish(EventReader.Page page, long signals) {
    long before;
    List<Waiter> woken;
    boolean readOn;
    synchronized (lock) {
      before = window.end();
      window.add(page.events(), page.end().position());
      hasMore = page.hasMore();
      seen = signals;
      reading = false;
      woken = waiters.takeFor(page.events());
      readOn = hasMore && !waiters.isEmpty();
    }
    size.learn(page.events(), EventRows::sizeBytes);
    pace.learn(page);
    woken.forEach(waiter -> waiter.wake(before));
    if (readOn) {
      asked.raise();
    }
  }

  private void reading(boolean now) {
    synchronized (lock) {
      reading = now;
    }
  }

  private long due(long poll) {
    synchronized (lock) {
      isDue = true;
    }
    return poll;
  }

  /** Gives the memory back if nobody has waited since this was called before. */
  void rest() {
    synchronized (lock) {
      if (!wasWaitedFor && !isActive()) {
        window.clear();
      }
      wasWaitedFor = !waiters.isEmpty();
    }
  }

  private void leave(Waiter waiter) {
    synchronized (lock) {
      waiters.remove(waiter);
    }
  }

  /** Nothing is read any more. */
  void close() {
    var unused = closed.tryEmitEmpty();
  }
}
