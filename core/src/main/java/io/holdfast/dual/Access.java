package io.holdfast.dual;

import io.holdfast.StoreSet;
import io.holdfast.event.AppendResult;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How the stores of two sides work: each operation by itself ({@link LiveAccess}), or all of them
 * in one transaction ({@link TransactionAccess}). An operation is called once when a store's method
 * is, so that a mistake is thrown there, and what it returns is subscribed to as often as that is.
 */
interface Access {

  /** A write of what is in {@code areas}. */
  <T> Mono<T> write(List<Area> areas, Function<StoreSet, Mono<T>> operation);

  /** A write of what is in {@code areas}, which emits several things. */
  <T> Flux<T> writeMany(List<Area> areas, Function<StoreSet, Flux<T>> operation);

  /** As {@link #write}; it only keeps leases, and so may come while others have to wait. */
  <T> Mono<T> renew(List<Area> areas, Function<StoreSet, Mono<T>> operation);

  /** As {@link #renew}. */
  <T> Flux<T> renewMany(List<Area> areas, Function<StoreSet, Flux<T>> operation);

  /** A write of nobody knows what of {@code whole}, until it is emitted. */
  <T> Flux<T> take(Area whole, Function<T, Area> area, Function<StoreSet, Flux<T>> operation);

  /** An append of events. */
  Mono<AppendResult> append(Function<StoreSet, Mono<AppendResult>> operation);

  /**
   * Events: an answer never ends before what was shown by another one, so that who looks twice, or
   * looks and counts on having seen, misses none.
   */
  Flux<RecordedEvent> events(Function<StoreSet, Flux<RecordedEvent>> operation);

  /** What only the leading side can say: it decides, or its clock does. */
  <T> Mono<T> ask(Function<StoreSet, Mono<T>> operation);

  /** As {@link #ask}. */
  <T> Flux<T> askMany(Function<StoreSet, Flux<T>> operation);

  /** An answer that rests on {@code area}, and is the same wherever that is. */
  <T> Mono<T> read(Area area, Function<StoreSet, Mono<T>> operation);

  /** As {@link #read}. */
  <T> Flux<T> readMany(Area area, Function<StoreSet, Flux<T>> operation);
}
