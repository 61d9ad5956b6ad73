package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;

/**
 * The subscriptions of this process. Each has a {@link Reading}, which says where it is: it is
 * served from the {@link Head} when its place is there, and reads history for itself until it is.
 * Both go by position, so there is no seam between them to lose or double an event at.
 */
final class Subscriptions {

  /** How often is looked for subscribers that want nothing, to take back what they hold. */
  private static final Duration REST = Duration.ofSeconds(15);

  /** How long a subscriber that is at work may take when the storage is closed. */
  private static final Duration GOODBYE = Duration.ofSeconds(5);

  private final EventReader reader;
  private final Horizon horizon;
  private final Listener listener;
  private final WakeUps wakeUps;
  private final Head head;
  private final Set<Delivery> live = ConcurrentHashMap.newKeySet();
  private final DeliveryThreads threads = new DeliveryThreads("holdfast-events-");
  private final Delivery.Desk desk = new Delivery.Desk(threads, live::add, live::remove);
  private final Flux<Long> resting;
  private final Sinks.Empty<Void> closed = Sinks.empty();

  Subscriptions(
      EventReader reader, Horizon horizon, Listener listener, WakeUps wakeUps, Head head) {
    this.reader = reader;
    this.horizon = horizon;
    this.listener = listener;
    this.wakeUps = wakeUps;
    this.head = head;
    this.resting =
        Flux.interval(REST).onBackpressureDrop().doOnNext(this::rest).publish().refCount(1);
  }

  Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from) {
    return Flux.defer(
        () -> {
          AtomicReference<Throwable> end = new AtomicReference<>();
          return start(filter, from)
              .flatMapMany(this::follow)
              // It does not cancel its source when the other fails: so the other says how it ended.
              .takeUntilOther(shared().doOnNext(end::set))
              .concatWith(Mono.error(end::get));
        });
  }

  /** Keeps going what all subscriptions share; emits why it cannot go on. */
  private Mono<Throwable> shared() {
    return Flux.merge(
            listener.keepListening(),
            head.keepReading(),
            resting.ignoreElements(),
            closed.asMono().then(Mono.error(Subscriptions::closedError)))
        .then(Mono.<Throwable>never())
        .onErrorResume(Mono::just);
  }

  private Mono<Reading> start(EventFilter filter, StartFrom from) {
    if (from instanceof StartFrom.After after) {
      return Mono.fromCallable(() -> Reading.behind(filter, Positions.number(after.position())));
    }
    return Mono.defer(
        () -> {
          long signals = wakeUps.count();
          return Patience.with(horizon.read())
              .map(position -> Reading.fromEnd(filter, position, signals));
        });
  }

  private Flux<RecordedEvent> follow(Reading reading) {
    Sinks.Many<Reading> asking =
        Sinks.unsafe().many().unicast().onBackpressureBuffer(Queues.<Reading>one().get());
    return asking
        .asFlux()
        .concatMap(this::page, 1)
        .transform(
            Operators.<List<RecordedEvent>, RecordedEvent>lift(
                (source, subscriber) -> new Delivery(subscriber, reading, asking, desk)));
  }

  /** The next page; it may be empty, and says then only that it is time to ask again. */
  private Mono<List<RecordedEvent>> page(Reading reading) {
    return Mono.defer(
        () -> {
          List<HeadPage> pages = head.pagesBehind(reading);
          if (pages == null) {
            return Patience.with(history(reading));
          }
          return pages.isEmpty() ? head.await(reading) : Mono.just(reading.take(pages));
        });
  }

  private Mono<List<RecordedEvent>> history(Reading reading) {
    return Mono.defer(
        () -> {
          long signals = wakeUps.count();
          return reader
              .pageAfter(reading.filter(), reading.place(), reading.rows())
              .doOnNext(page -> reading.learn(page, signals))
              .flatMap(page -> requireEnd(reading, page))
              .map(EventReader.Page::events);
        });
  }

  /** A position that nobody has reached yet says nothing about where the end is. */
  private Mono<EventReader.Page> requireEnd(Reading reading, EventReader.Page page) {
    if (!reading.isAtHead() || reading.decided() >= 0) {
      return Mono.just(page);
    }
    long signals = wakeUps.count();
    return horizon
        .read()
        .doOnNext(position -> reading.reachedEnd(position, signals))
        .thenReturn(page);
  }

  private void rest(long tick) {
    head.rest();
    live.forEach(Delivery::rest);
  }

  /** How many there are. */
  long live() {
    return live.size();
  }

  /** How far the slowest is behind what was read at the head. */
  long lag() {
    long position = head.position();
    return live.stream().mapToLong(delivery -> delivery.reading().behind(position)).max().orElse(0);
  }

  private static UnavailableException closedError() {
    return new UnavailableException("The storage is closed");
  }

  /** Ends all subscriptions; completes when the last event that is being handed on has been. */
  Mono<Void> close() {
    return Mono.defer(
        () -> {
          var unused = closed.tryEmitEmpty();
          head.close();
          return threads.close(GOODBYE);
        });
  }
}
