package io.holdfast.file;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventJournal;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Events in segments by month; reads see what is committed, inside a transaction too. */
final class FileEventJournal implements EventJournal {

  private final Scope scope;
  private final State state;

  FileEventJournal(Scope scope, State state) {
    this.scope = scope;
    this.state = state;
  }

  @Override
  public Mono<AppendResult> append(EventBatch batch) {
    Objects.requireNonNull(batch, "batch");
    return scope.write(edit -> append(edit, batch));
  }

  private static AppendResult append(Edit edit, EventBatch batch) {
    RememberedBatch known = edit.batch(RememberedBatch.Key.of(batch));
    if (known != null) {
      return known.result(true);
    }
    batch.parts().forEach(part -> requireExpected(edit, part));
    Instant now = edit.now();
    long firstPosition = edit.lastPosition() + 1;
    List<RememberedBatch.Part> parts = new ArrayList<>();
    for (JobEvents part : batch.parts()) {
      long firstVersion = edit.head(part.job()).version() + 1;
      parts.add(new RememberedBatch.Part(part.job(), firstVersion, part.events().size()));
      part.events().forEach(event -> stage(edit, part.job(), event, now));
    }
    RememberedBatch appended = new RememberedBatch(batch.id(), firstPosition, parts);
    edit.remember(appended);
    return appended.result(false);
  }

  /** Stages the event behind all others; returns its position. */
  @CanIgnoreReturnValue
  static long stage(Edit edit, JobId job, Event event, Instant now) {
    Event timed = event.createdAt() == null ? event.at(now) : event;
    return edit.append(job, timed);
  }

  private static void requireExpected(Edit edit, JobEvents part) {
    long version = edit.head(part.job()).version();
    if (!part.expected().accepts(version)) {
      throw ConflictException.ofVersion(
          "Job", part.job().value(), number(part.expected()), version);
    }
  }

  private static long number(ExpectedVersion expected) {
    return expected instanceof ExpectedVersion.Exactly exactly ? exactly.version() : 0;
  }

  @Override
  public Flux<RecordedEvent> read(EventQuery query) {
    Objects.requireNonNull(query, "query");
    Flux<RecordedEvent> found = scope.pages(view -> scan(view, query));
    return (query.order() == EventQuery.Order.VERSION
            ? found.skipUntil(event -> event.version() >= query.firstVersion())
            : found)
        .take(query.limit());
  }

  private EventScan scan(View view, EventQuery query) {
    long visible = state.visible().position();
    Range range = range(view, query.filter(), visible);
    Position start = query.order() == EventQuery.Order.VERSION ? null : query.start();
    if (query.order() == EventQuery.Order.BACKWARD) {
      long from = start == null ? range.last() + 1 : Math.min(number(start), range.last() + 1);
      return new EventScan(state.segments(), query.filter(), false, from, range.first());
    }
    long from = start == null ? 0 : number(start);
    return new EventScan(
        state.segments(), query.filter(), true, Math.max(from, range.first() - 1), range.last());
  }

  /** Between which positions there can be matches. */
  private record Range(long first, long last) {}

  private static Range range(View view, EventFilter filter, long visible) {
    if (filter.jobs().isEmpty() || !view.knowsHeads()) {
      return new Range(1, visible);
    }
    long first = Long.MAX_VALUE;
    long last = 0;
    for (JobId job : filter.jobs()) {
      JobHead head = view.head(job);
      if (head.version() > 0) {
        first = Math.min(first, head.firstPosition());
        last = Math.max(last, head.lastPosition());
      }
    }
    return new Range(first, Math.min(last, visible));
  }

  /** The number in a position of a store like this one. */
  static long number(Position position) {
    if (position.value().indexOf(':') >= 0) {
      throw new InvalidInputException("position", "of another store: " + position);
    }
    return Long.parseLong(position.value());
  }

  private Flux<RecordedEvent> all(EventFilter filter) {
    return scope.pages(view -> scan(view, EventQuery.forward(filter)));
  }

  @Override
  public Mono<EventStats> stats(JobId job) {
    Objects.requireNonNull(job, "job");
    return all(EventFilter.job(job))
        .collect(EventTally::new, EventTally::add)
        .map(EventTally::stats);
  }

  @Override
  public Mono<Long> count(EventFilter filter) {
    Objects.requireNonNull(filter, "filter");
    return all(filter).count();
  }
}
