package io.holdfast.migration.copy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.transfer.Moved;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Where records come from: a storage, or what another system has left behind. */
public interface RecordSource {

  /** The kinds of records that it has, in the order in which they are copied. */
  List<RecordKind<?>> kinds();

  /**
   * Every record in the {@linkplain RecordKind#order order} of the kind; empty if there is none.
   */
  <R> Flux<R> export(RecordKind<R> kind);

  /** How many records there are; never empty. */
  <R> Mono<Long> count(RecordKind<R> kind);

  /** The event with the highest position of those that match; empty if there is none. */
  default Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return export(RecordedEvent.KIND).filter(filter::matches).takeLast(1).next();
  }

  /** The event of {@code job} at {@code version}; empty if there is none. */
  Mono<RecordedEvent> findEvent(JobId job, long version);

  /**
   * What was found in it, by what became of it; empty for a storage, from which everything is taken
   * as it is.
   */
  List<Intake> intake();

  /** True if nobody else can change it while it is open. */
  boolean isStill();

  /** Where it has moved to; empty if it has not, or is nothing that could. */
  default Mono<Moved> moved() {
    return Mono.empty();
  }

  /** Which of its events it has; all, unless somebody has chosen. */
  default EventFilter chosenEvents() {
    return EventFilter.all();
  }

  /** True if this is all that it has, as far as it has been read. */
  default boolean isWhole() {
    return true;
  }
}
