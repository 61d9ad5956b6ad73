package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.Isolation;
import io.holdfast.JobId;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Events inside a transaction that is stricter than {@link Isolation#READ_COMMITTED}: appended and
 * counted, but not read.
 */
public final class AppendOnlyEvents implements EventJournal {

  private final EventJournal events;
  private final Isolation isolation;

  private AppendOnlyEvents(EventJournal events, Isolation isolation) {
    this.events = events;
    this.isolation = isolation;
  }

  /** {@code events}, without what cannot be had at {@code isolation}. For backends. */
  public static EventJournal at(Isolation isolation, EventJournal events) {
    return isolation == Isolation.READ_COMMITTED ? events : new AppendOnlyEvents(events, isolation);
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    return events.append(batch);
  }

  /** Fails with {@link InvalidInputException}. */
  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    return Flux.error(
        () ->
            new InvalidInputException(
                "isolation", "events are read at READ_COMMITTED only, this is " + isolation));
  }

  @Override
  public Mono<EventStats> stats(JobId job) {
    return events.stats(job);
  }

  @Override
  public Mono<Long> count(EventFilter filter) {
    return events.count(filter);
  }
}
