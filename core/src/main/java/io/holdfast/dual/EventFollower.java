package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.Gather;
import java.time.Duration;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Brings the leading side's events over, in order, from the following side's last one on: that side
 * itself says what it lacks, whatever has gone wrong before.
 */
final class EventFollower {

  private static final int BATCH = 1_000;
  private static final Duration BACKOFF_MIN = Duration.ofMillis(50);
  private static final Duration BACKOFF_MAX = Duration.ofSeconds(1);

  private final Troubles troubles;
  private final OneAtATime writing = new OneAtATime();
  private volatile Position newest = Position.BEGINNING;
  private Position followed = Position.BEGINNING;
  private long behindSince;

  EventFollower(Troubles troubles) {
    this.troubles = troubles;
  }

  /** Somebody has been shown an event at {@code position}, or that it is there. */
  void known(Position position) {
    if (!newest.covers(position)) {
      learn(position);
    }
  }

  /** The last of {@code records}, if they are events. */
  void shown(List<?> records) {
    if (!records.isEmpty() && records.get(records.size() - 1) instanceof RecordedEvent last) {
      known(last.position());
    }
  }

  private synchronized void learn(Position position) {
    if (newest.covers(position)) {
      return;
    }
    if (!isBehind()) {
      behindSince = System.nanoTime();
    }
    newest = position;
  }

  private synchronized void follow(Position position) {
    followed = position;
  }

  synchronized Position followed() {
    return followed;
  }

  /** True if the following side has every event that anybody here has been shown. */
  synchronized boolean isFresh() {
    return !isBehind();
  }

  synchronized Duration lag() {
    return isBehind() ? Duration.ofNanos(System.nanoTime() - behindSince) : Duration.ZERO;
  }

  private boolean isBehind() {
    return !followed.covers(newest);
  }

  /**
   * While no event is being brought over: a month that is dropped must not take one with it that
   * the leading side was given after it had dropped that month.
   */
  <T> Mono<T> alone(Mono<T> work) {
    return writing.run(work);
  }

  /**
   * Never completes, and fails never: what fails is tried again. {@code leads} fails if another
   * side leads by now: it is asked before each batch.
   */
  Mono<Void> run(Sides sides, Mono<Void> leads) {
    return Mono.defer(() -> sides.inTime(begin(sides)))
        .flatMapMany(start -> loads(sides, leads, start))
        .doOnNext(batch -> troubles.over(Troubles.EVENTS))
        .doOnError(error -> troubles.met(Troubles.EVENTS, error.toString()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, BACKOFF_MIN)
                .maxBackoff(BACKOFF_MAX)
                .transientErrors(true))
        .then();
  }

  private Flux<Position> loads(Sides sides, Mono<Void> leads, Position start) {
    follow(start);
    troubles.over(Troubles.EVENTS);
    Flux<RecordedEvent> events =
        sides.leading().events().subscribe(EventFilter.all(), StartFrom.after(start));
    return Gather.upTo(BATCH, event -> event.data().sizeBytes(), events)
        .concatMap(batch -> alone(leads.then(load(sides, batch))), 0);
  }

  private Mono<Position> load(Sides sides, List<RecordedEvent> batch) {
    Position last = batch.get(batch.size() - 1).position();
    return sides
        .to(RecordedEvent.KIND)
        .load(batch)
        .then(Mono.fromRunnable(() -> follow(last)))
        .thenReturn(last);
  }

  /** Behind the last event of the side that follows, which has to be the leading side's too. */
  private static Mono<Position> begin(Sides sides) {
    return isPart(sides.leading(), sides.following())
        .then(Mono.defer(() -> head(sides.following())));
  }

  /**
   * True if the last event of {@code following} is {@code leading}'s too; false if there is none,
   * or none that tells, as its month has gone. Fails with {@link ConflictException} if it is
   * another one.
   */
  static Mono<Boolean> isPart(UnifiedStorage leading, UnifiedStorage following) {
    return last(following)
        .flatMap(
            there ->
                leading
                    .transfer(RecordedEvent.KIND)
                    .find(RecordedEvent.KIND.identity(there))
                    .singleOptional()
                    .flatMap(
                        ours ->
                            ours.isPresent()
                                ? Mono.just(true).filter(found -> isSame(ours.get(), there))
                                : hasGone(leading, there).filter(gone -> gone).map(gone -> false))
                    .switchIfEmpty(Mono.error(() -> isOther(there))))
        .defaultIfEmpty(false);
  }

  private static boolean isSame(RecordedEvent ours, RecordedEvent there) {
    return RecordedEvent.KIND.encode(ours).equals(RecordedEvent.KIND.encode(there));
  }

  /**
   * True if the month of an event was dropped, be it that there are newer events of it. The newest
   * month, or one after that, was not: an event of it that the leading side has not got was never
   * there, and was lost.
   */
  private static Mono<Boolean> hasGone(UnifiedStorage leading, RecordedEvent event) {
    return leading
        .events()
        .months()
        .list()
        .filter(month -> month.first() != null)
        .collectList()
        .map(months -> hasGone(months, event));
  }

  private static boolean hasGone(List<EventMonth> months, RecordedEvent event) {
    YearMonth its = EventMonth.of(event.createdAt());
    YearMonth newest =
        months.stream()
            .map(EventMonth::month)
            .max(Comparator.naturalOrder())
            .orElseGet(() -> YearMonth.now(ZoneOffset.UTC));
    return its.isBefore(newest)
        && months.stream()
            .filter(month -> month.month().equals(its))
            .map(EventMonth::first)
            .noneMatch(first -> first != null && event.position().covers(first));
  }

  private static ConflictException isOther(RecordedEvent there) {
    return new ConflictException(
        "Event",
        RecordedEvent.KIND.key(there),
        "on the leading side too, as the last one of the following side",
        "at position " + there.position() + " on the following side alone");
  }

  /** The last event; empty if there is none. */
  static Mono<RecordedEvent> last(UnifiedStorage storage) {
    return storage.events().read(EventQuery.backward(EventFilter.all()).limit(1)).next();
  }

  /** The position of the last event; the beginning if there is none. */
  static Mono<Position> head(UnifiedStorage storage) {
    return last(storage).map(RecordedEvent::position).defaultIfEmpty(Position.BEGINNING);
  }
}
