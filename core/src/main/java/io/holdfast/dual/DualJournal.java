package io.holdfast.dual;

import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.RecordedEvent;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The history of jobs on two sides. */
class DualJournal implements EventJournal {

  /** Answers rest on the log as a whole: its end is known, and nothing else of it changes. */
  static final Area LOG = Area.all(RecordedEvent.KIND);

  private final Access access;

  DualJournal(Access access) {
    this.access = access;
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    return access.append(stores -> stores.events().append(batch));
  }

  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    return access.events(stores -> stores.events().read(query));
  }

  @Override
  public Mono<EventStats> stats(JobId job) {
    return access.read(LOG, stores -> stores.events().stats(job));
  }

  @Override
  public Mono<Long> count(EventFilter filter) {
    return access.read(LOG, stores -> stores.events().count(filter));
  }
}
