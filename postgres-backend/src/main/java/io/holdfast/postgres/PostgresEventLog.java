package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The event log of one store: the journal on the pool, its lanes, and subscriptions. */
final class PostgresEventLog implements EventLog {

  private final Database database;
  private final EventJournal journal;
  private final AppendLanes lanes;
  private final Subscriptions subscriptions;
  private final EventMonths months;

  PostgresEventLog(
      Database database,
      EventJournal journal,
      AppendLanes lanes,
      Subscriptions subscriptions,
      EventMonths months) {
    this.database = database;
    this.journal = journal;
    this.lanes = lanes;
    this.subscriptions = subscriptions;
    this.months = months;
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    return database.outside(lanes.append(batch));
  }

  @Override
  public Flux<BulkProgress> appendAll(Publisher<JobEvent> events) {
    Flux<BulkProgress> run = BulkAppend.run(lanes, Objects.requireNonNull(events, "events"));
    return database.outside(Mono.just(run)).flatMapMany(allowed -> allowed);
  }

  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    return journal.read(query);
  }

  @Override
  public Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from) {
    return subscriptions.subscribe(
        Objects.requireNonNull(filter, "filter"), Objects.requireNonNull(from, "from"));
  }

  @Override
  public Mono<EventStats> stats(JobId job) {
    return journal.stats(job);
  }

  @Override
  public Mono<Long> count(EventFilter filter) {
    return journal.count(filter);
  }

  @Override
  public EventMonths months() {
    return months;
  }
}
