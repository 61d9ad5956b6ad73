package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Follows the log: pages as they are asked for, then waits for a signal. Replay and live are the
 * same loop, so there is no seam between them to lose or double an event at.
 */
final class Subscriptions {

  private static final Logger LOG = LoggerFactory.getLogger(Subscriptions.class);

  /** How long to wait without a signal: seldom while announcements are heard, often while not. */
  private static final Duration SAFETY_POLL = Duration.ofSeconds(2);

  private static final Duration DEAF_POLL = Duration.ofMillis(100);

  private final EventReader reader;
  private final Horizon horizon;
  private final Listener listener;
  private final WakeUps wakeUps;
  private final Sinks.Empty<Void> closed = Sinks.empty();

  Subscriptions(EventReader reader, Horizon horizon, Listener listener, WakeUps wakeUps) {
    this.reader = reader;
    this.horizon = horizon;
    this.listener = listener;
    this.wakeUps = wakeUps;
  }

  Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from) {
    return start(from)
        .flatMapMany(after -> follow(filter, after))
        .takeUntilOther(listener.keepListening())
        // Completes and then fails: takeUntilOther does not cancel its source when the other fails.
        .takeUntilOther(closed.asMono())
        .concatWith(Mono.error(Subscriptions::closedError));
  }

  private Mono<Long> start(StartFrom from) {
    if (from instanceof StartFrom.After after) {
      return Mono.fromCallable(() -> Positions.number(after.position()));
    }
    return patiently(horizon.read());
  }

  private Flux<RecordedEvent> follow(EventFilter filter, long after) {
    return Flux.defer(
        () -> {
          Reading reading = new Reading(after);
          return Flux.<Reading>generate(sink -> sink.next(reading))
              .concatMap(here -> nextPage(filter, here), 0)
              .concatMapIterable(page -> page, 1);
        });
  }

  /** Where a subscription is. Pages come one after the other, so nobody else looks meanwhile. */
  private static final class Reading {

    private final PageSize size = new PageSize();
    private EventReader.Place place;
    private long seen = -1;
    private boolean atHead;

    Reading(long position) {
      this.place = EventReader.Place.behind(position);
    }

    void learn(EventReader.Page page) {
      place = page.end();
      atHead = !page.hasMore();
      size.learn(page.events(), EventRows::sizeBytes);
    }
  }

  private Mono<List<RecordedEvent>> nextPage(EventFilter filter, Reading reading) {
    return Mono.defer(() -> reading.atHead ? awaitSignal(reading) : Mono.empty())
        .then(
            Mono.defer(
                () -> {
                  reading.seen = wakeUps.count();
                  return reader.pageAfter(filter, reading.place, reading.size.rows());
                }))
        .doOnNext(reading::learn)
        .map(EventReader.Page::events)
        .as(Subscriptions::patiently);
  }

  private Mono<Void> awaitSignal(Reading reading) {
    return wakeUps.above(reading.seen, listener.isListening() ? SAFETY_POLL : DEAF_POLL);
  }

  /** A database that is away comes back: waits for it, as long as it takes. */
  private static <T> Mono<T> patiently(Mono<T> read) {
    return read.retryWhen(
        Retry.backoff(Long.MAX_VALUE, Duration.ofMillis(100))
            .maxBackoff(Duration.ofSeconds(5))
            .filter(UnavailableException.class::isInstance)
            .doBeforeRetry(
                signal -> LOG.warn("A subscription waits: {}", signal.failure().getMessage())));
  }

  private static UnavailableException closedError() {
    return new UnavailableException("The storage is closed");
  }

  void close() {
    var unused = closed.tryEmitEmpty();
  }
}
