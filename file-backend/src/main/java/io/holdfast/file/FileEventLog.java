package io.holdfast.file;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventMonths;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The journal of events, filled in bulk and followed live. */
final class FileEventLog implements EventLog {

  private static final int CHUNKS_UNDER_WAY = 2;

  private final FileEventJournal journal;
  private final Scope scope;
  private final State state;
  private final Flux<Long> tips;
  private final EventMonths months;

  FileEventLog(Engine engine) {
    this.scope = engine.scope();
    this.state = engine.state();
    this.journal = new FileEventJournal(scope, state);
    this.tips = engine.tips();
    this.months = new FileEventMonths(engine, new FileSubscriptionStore(scope, journal).list());
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    return journal.append(batch);
  }

  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    return journal.read(query);
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
  public Flux<BulkProgress> appendAll(Publisher<JobEvent> events) {
    Objects.requireNonNull(events, "events");
    return Flux.defer(() -> Flux.from(events).bufferUntil(new ChunkEnd()::test))
        .flatMapSequential(this::append, CHUNKS_UNDER_WAY, 1)
        .scan(FileEventLog::sum);
  }

  private static BulkProgress sum(BulkProgress sofar, BulkProgress chunk) {
    return new BulkProgress(sofar.events() + chunk.events(), chunk.position());
  }

  private Mono<BulkProgress> append(List<JobEvent> chunk) {
    return scope.write(
        edit -> {
          Instant now = edit.now();
          long position = 0;
          for (JobEvent event : chunk) {
            position = FileEventJournal.stage(edit, event.job(), event.event(), now);
          }
          return new BulkProgress(chunk.size(), new Position(Long.toString(position)));
        });
  }

  @Override
  public Flux<RecordedEvent> subscribe(EventFilter filter, StartFrom from) {
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(from, "from");
    return Flux.defer(() -> follow(filter, from));
  }

  private Flux<RecordedEvent> follow(EventFilter filter, StartFrom from) {
    return start(from)
        .map(start -> new EventScan(state.segments(), filter, true, start, start))
        .flatMapMany(scan -> tips.onBackpressureLatest().concatMap(tip -> upTo(scan, tip), 1));
  }

  private Mono<Long> start(StartFrom from) {
    return from instanceof StartFrom.After after
        ? Mono.fromCallable(() -> FileEventJournal.number(after.position()))
        : scope.read(view -> view.visiblePosition());
  }

  private Flux<RecordedEvent> upTo(EventScan scan, long tip) {
    return scope.pages(
        view -> {
          scan.extendTo(tip);
          return scan;
        });
  }

  @Override
  public EventMonths months() {
    return months;
  }
}
