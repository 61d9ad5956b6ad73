package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.subscription.Gather;
import java.time.Duration;
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

  /** Never completes, and fails never: what fails is tried again. */
  Mono<Void> run(Sides sides) {
    return Mono.defer(() -> begin(sides))
        .flatMapMany(start -> loads(sides, start))
        .doOnNext(batch -> troubles.over(Troubles.EVENTS))
        .doOnError(error -> troubles.met(Troubles.EVENTS, error.toString()))
        .retryWhen(
            Retry.backoff(Long.MAX_VALUE, BACKOFF_MIN)
                .maxBackoff(BACKOFF_MAX)
                .transientErrors(true))
        .then();
  }

  private Flux<Position> loads(Sides sides, Position start) {
    follow(start);
    troubles.over(Troubles.EVENTS);
    Flux<RecordedEvent> events =
        sides.leading().events().subscribe(EventFilter.all(), StartFrom.after(start));
    return Gather.upTo(BATCH, event -> event.data().sizeBytes(), events)
        .concatMap(batch -> load(sides, batch), 0);
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
  private Mono<Position> begin(Sides sides) {
    return last(sides.following())
        .flatMap(there -> isOurs(sides, there).thenReturn(there.position()))
        .defaultIfEmpty(Position.BEGINNING);
  }

  private static Mono<Void> isOurs(Sides sides, RecordedEvent there) {
    return sides
        .from(RecordedEvent.KIND)
        .find(RecordedEvent.KIND.identity(there))
        .filter(ours -> !RecordedEvent.KIND.encode(ours).equals(RecordedEvent.KIND.encode(there)))
        .flatMap(
            ours ->
                Mono.error(
                    () ->
                        new ConflictException(
                            "Event",
                            RecordedEvent.KIND.key(there),
                            "at position " + ours.position() + ", as on the leading side",
                            "another one at position " + there.position())));
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
