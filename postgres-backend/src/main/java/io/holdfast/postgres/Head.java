package io.holdfast.postgres;

import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Sinks;

/**
 * Gets what is new, once for all subscriptions of this process, and only while somebody follows.
 * What this process has committed itself is here already, and is handed on as it is, as far as
 * nobody else has drawn a position before it; for anything else one page a wake-up is read, on a
 * connection of its own. Pages stay in a {@link Window} for a while; a subscription that finds its
 * place there needs no database, one that has fallen behind reads for itself until it does.
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

  /** What may wait for a position before it: that of another lane is never far. */
  private static final long OWN_BYTES = 4L * 1024 * 1024;

  /**
   * How long to wait for it: longer than a group of appends takes. It may be another process's,
   * which makes itself heard, or never come: a transaction that is rolled back does not give its
   * positions back, and says so if it is of Holdfast's.
   */
  private static final Duration MISSING = Duration.ofMillis(25);

  private final Object lock = new Object();
  private final EventReader reader;
  private final WakeUps wakeUps;
  private final Pace pace;
  private final Counter reads;
  private final WakeUps asked = new WakeUps();
  private final PageSize size = new PageSize();
  private final Window window = new Window(WINDOW_BYTES);
  private final Waiters waiters = new Waiters();
  private final OwnEvents own = new OwnEvents();
  private final WakeUps missing = new WakeUps();
  private final Sinks.Empty<Void> closed = Sinks.empty();
  private final Flux<Long> work;
  private int running;
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
    this.work =
        Flux.merge(
                wakeUps.changes(),
                asked.changes(),
                missing.changes().concatMap(signal -> stillMissing(), 1).map(this::due),
                pace.polls().map(this::due))
            .onBackpressureLatest()
            .concatMap(signal -> read().thenReturn(signal), 0)
            .takeUntilOther(closed.asMono())
            .doOnSubscribe(subscription -> runs(1))
            .doFinally(signal -> runs(-1))
            .publish()
            .refCount(1, LINGER);
  }

  /** Never emits and never ends; reads as long as it is subscribed to. */
  <T> Mono<T> keepReading() {
    return work.ignoreElements().then(Mono.never());
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
    boolean isMissing;
    synchronized (lock) {
      catchUpWith(reading);
      late = reading.position() < window.end();
      if (!late) {
        waiters.add(waiter);
        reading.waits(true);
        wasWaitedFor = true;
      }
      mayBeMore = isDue || hasMore || wakeUps.count() > seen;
      isMissing = !own.isEmpty();
    }
    if (late) {
      waiter.wake(reading.position());
      return;
    }
    sink.onDispose(() -> leave(waiter));
    if (mayBeMore) {
      asked.raise();
    }
    if (isMissing) {
      missing.raise();
    }
  }

  /** While nobody waited, nothing was read: whoever comes first knows better where the end is. */
  private void catchUpWith(Reading reading) {
    long known = Math.min(reading.position(), reading.decided());
    if (!isActive() && known > window.end()) {
      window.restart(known);
      seen = reading.seen();
      hasMore = false;
      // Nobody waits, so nobody is to be woken.
      var unused = moveOn(List.of(), known);
    }
  }

  /** This process has committed a group; {@code runs} says what has become of its positions. */
  void committed(Supplier<List<OwnRun>> runs) {
    if (!isFollowed() || !take(runs.get())) {
      wakeUps.raise();
    }
  }

  /** Somebody waits, or has a moment ago and will again. */
  private boolean isFollowed() {
    synchronized (lock) {
      return running > 0 && (isActive() || wasWaitedFor);
    }
  }

  /** False if the database has to be asked. */
  private boolean take(List<OwnRun> runs) {
    long before;
    List<Waiter> woken;
    boolean isMissing;
    boolean isTooMuch;
    synchronized (lock) {
      if (running == 0) {
        return false;
      }
      own.add(runs);
      before = window.end();
      woken = moveOn(List.of(), before);
      isMissing = !own.isEmpty();
      isTooMuch = own.bytes() > OWN_BYTES;
    }
    woken.forEach(waiter -> waiter.wake(before));
    if (isTooMuch) {
      forgetOwn();
    } else if (isMissing) {
      missing.raise();
    }
    return true;
  }

  /** Adds {@code events}, up to {@code end}, and what is ours behind that; who is to be woken. */
  private List<Waiter> moveOn(List<RecordedEvent> events, long end) {
    List<Waiter> woken = new ArrayList<>();
    if (end > window.end()) {
      woken.addAll(waiters.takeFor(events));
      window.add(events, end);
    }
    OwnRun ours = own.takeBehind(window.end());
    if (ours != null) {
      woken.addAll(waiters.takeFor(ours.events()));
      window.add(ours.events(), ours.last());
    }
    return woken;
  }

  /** Emits if what is ours has waited too long for the same position. */
  private Mono<Long> stillMissing() {
    return Mono.defer(
        () -> {
          long from = position();
          return Mono.delay(MISSING).filter(tick -> isMissingBehind(from));
        });
  }

  private boolean isMissingBehind(long position) {
    synchronized (lock) {
      return !own.isEmpty() && window.end() == position;
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
      if (waiters.isEmpty() || !isWanted) {
        return Mono.empty();
      }
      isDue = false;
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
                      .doOnNext(page -> publish(page, signals))
                      .doOnError(error -> forgetOwn());
                }))
        .then();
  }

  private void publish(EventReader.Page page, long signals) {
    long before;
    List<Waiter> woken;
    boolean readOn;
    boolean isMissing;
    synchronized (lock) {
      before = window.end();
      // What is ours may have been handed on while the page was read.
      woken = moveOn(HeadPage.behind(before, page.events()), page.end().position());
      hasMore = page.hasMore();
      seen = signals;
      reading = false;
      readOn = hasMore && !waiters.isEmpty();
      // Only behind another gap: whoever holds the same one open is not asked every few
      // milliseconds.
      isMissing = !own.isEmpty() && window.end() > before;
    }
    size.learn(page.events(), EventRows::sizeBytes);
    pace.learn(!page.events().isEmpty(), page.hasMore());
    woken.forEach(waiter -> waiter.wake(before));
    if (readOn) {
      asked.raise();
    }
    if (isMissing) {
      missing.raise();
    }
  }

  /** Counted, for the next may begin before the last has quite ended. */
  private void runs(int change) {
    synchronized (lock) {
      running += change;
    }
    forgetOwn();
  }

  /**
   * What waits behind a gap is read instead. So it is, too, when the database could not be reached:
   * a standby that has taken over may give out some positions once more.
   */
  void forgetOwn() {
    boolean wasThere;
    synchronized (lock) {
      wasThere = !own.isEmpty();
      own.clear();
    }
    if (wasThere) {
      wakeUps.raise();
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
    boolean isIdle;
    synchronized (lock) {
      isIdle = !wasWaitedFor && !isActive();
      if (isIdle) {
        window.clear();
      }
      wasWaitedFor = !waiters.isEmpty();
    }
    if (isIdle) {
      forgetOwn();
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
