package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Guards against sides that are mixed up: the one that follows is made like the one that leads,
 * whatever is on it. So it has to be empty, or to show that it is a copy: its last event is the
 * leading side's too, or, without events, one of its first records of a kind is.
 */
final class FirstOpening {

  /** So many records of each kind are looked at. */
  private static final int SAMPLE = 100;

  private FirstOpening() {}

  static Mono<Void> require(UnifiedStorage leading, UnifiedStorage following) {
    return EventFollower.isPart(leading, following)
        .filter(isPart -> !isPart)
        .flatMap(unknown -> EventFollower.last(following).hasElement())
        .flatMap(hasEvents -> requireRecords(leading, following, hasEvents));
  }

  /** One that has events of a month that the leading side has not is not empty. */
  private static Mono<Void> requireRecords(
      UnifiedStorage leading, UnifiedStorage following, boolean hasEvents) {
    return Flux.fromIterable(following.kinds())
        // Locks come and go, and a tool may have used one.
        .filter(kind -> !kind.equals(RecordedEvent.KIND) && !kind.equals(LockState.KIND))
        .concatMap(kind -> isAlike(leading, following, kind), 1)
        .collectList()
        .filter(samples -> (hasEvents || !samples.isEmpty()) && !samples.contains(true))
        .flatMap(
            other ->
                Mono.error(
                    () ->
                        new ConflictException(
                            "The side that is to follow",
                            "",
                            "empty, or a copy of the one that is to lead",
                            "full of something else: are the sides mixed up?")));
  }

  /** Whether there is a record that both have; empty if there is none on the following side. */
  private static <R> Flux<Boolean> isAlike(
      UnifiedStorage leading, UnifiedStorage following, RecordKind<R> kind) {
    return following
        .transfer(kind)
        .export()
        .take(SAMPLE)
        .concatMap(
            there ->
                leading
                    .transfer(kind)
                    .find(kind.identity(there))
                    .map(ours -> kind.encode(ours).equals(kind.encode(there)))
                    .defaultIfEmpty(false),
            1)
        .takeUntil(alike -> alike);
  }
}
