package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Kinds that are worked on at the same time: events, which are most of the records and have to be
 * written one after the other, and beside them everything else, kind after kind.
 */
public final class Lanes {

  private Lanes() {}

  /** The most that there are. */
  public static final int MAX = 2;

  /** What {@code work} makes of each of {@code kinds}, events last. */
  public static <T> Flux<T> each(List<RecordKind<?>> kinds, Function<RecordKind<?>, Mono<T>> work) {
    return each(kinds, MAX, work);
  }

  /** As {@link #each(List, Function)}, in {@code lanes} of 1 or 2. */
  static <T> Flux<T> each(
      List<RecordKind<?>> kinds, int lanes, Function<RecordKind<?>, Mono<T>> work) {
    Predicate<RecordKind<?>> isEvents = kind -> kind.equals(RecordedEvent.KIND);
    List<RecordKind<?>> others = kinds.stream().filter(isEvents.negate()).toList();
    List<RecordKind<?>> events = kinds.stream().filter(isEvents).toList();
    return Flux.just(others, events)
        .flatMapSequential(lane -> Flux.fromIterable(lane).concatMap(work, 1), lanes, 1);
  }
}
