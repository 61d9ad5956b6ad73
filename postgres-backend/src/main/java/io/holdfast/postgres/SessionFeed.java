package io.holdfast.postgres;

import io.holdfast.SessionId;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionWatches;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reads what changes of sessions, once for all watches of this process, and only while there is
 * one: a page a wake-up, behind the last one. Whenever nobody knows where that was, or something
 * may have been missed since, every watch is told to look for itself: at the beginning, after an
 * outage, and after a pause so long that changes were forgotten.
 */
final class SessionFeed implements SessionWatches.Source {

  private static final Duration LINGER = Duration.ofSeconds(5);

  private final SessionWatches watches;
  private final SessionChanges changes;
  private final SessionQueries queries;
  private final Listener listener;
  private final Pace pace;
  private final Scheduler scheduler;
  private final Flux<Long> reading;
  private final Sinks.Empty<Void> closed = Sinks.empty();

  SessionFeed(
      SessionWatches watches,
      SqlRunner runner,
      EventTools tools,
      Listener listener,
      WakeUps wakeUps,
      DeliveryThreads threads) {
    this.watches = watches;
    this.changes = new SessionChanges(runner, tools);
    this.queries = new SessionQueries(runner, tools.schema());
    this.listener = listener;
    this.pace = new Pace(listener::isListening);
    this.scheduler = Schedulers.fromExecutor(threads);
    this.reading =
        Flux.defer(() -> read(new Place(), wakeUps))
            .takeUntilOther(closed.asMono())
            .publish()
            .refCount(1, LINGER);
  }

  private Flux<Long> read(Place place, WakeUps wakeUps) {
    return Flux.merge(wakeUps.changes(), pace.polls())
        .onBackpressureLatest()
        .concatMap(signal -> pace.beforeRead().then(readOn(place)).thenReturn(signal), 0)
        .doFinally(signal -> place.leave());
  }

  /** Page after page, until one is not full. */
  private Mono<Void> readOn(Place place) {
    return Patience.with(Mono.defer(() -> page(place)).doOnError(error -> place.forget()))
        .repeat(place::hasMore)
        .then();
  }

  private Mono<Long> page(Place place) {
    pace.reading();
    long looking = watches.looking();
    return changes
        .behind(place.last)
        .doOnNext(page -> pace.learn(!page.sights().isEmpty(), page.isFull()))
        .map(page -> place.take(page, looking));
  }

  @Override
  public Mono<List<Session>> list(SessionFilter filter) {
    return Patience.with(Mono.defer(() -> queries.list(filter)));
  }

  @Override
  public Mono<List<Session>> find(List<SessionId> ids) {
    return Patience.with(Mono.defer(() -> queries.find(ids)));
  }

  @Override
  public <T> Mono<T> hearing() {
    return Flux.merge(listener.<T>keepListening(), reading.ignoreElements().then(Mono.<T>never()))
        .next();
  }

  @Override
  public Scheduler scheduler() {
    return scheduler;
  }

  /** Nothing is read any more. */
  void close() {
    var unused = closed.tryEmitEmpty();
  }

  /** Where one run of the reader is. Pages come one after the other, so nobody else looks. */
  private final class Place {

    private final SessionWatches.Listening listening = watches.listen();
    private volatile long last = SessionChanges.NOWHERE;
    private volatile boolean hasMore;

    long take(SessionChanges.Page page, long looking) {
      hasMore = page.isFull();
      last = page.reached();
      watches.changed(looking, page.sights());
      if (!listening.begun() && page.isLost()) {
        watches.lost();
      }
      return last;
    }

    boolean hasMore() {
      return hasMore;
    }

    /** The connection may have been to a server that is not the one that answers next. */
    void forget() {
      last = SessionChanges.NOWHERE;
      hasMore = false;
    }

    void leave() {
      listening.ended();
    }
  }
}
