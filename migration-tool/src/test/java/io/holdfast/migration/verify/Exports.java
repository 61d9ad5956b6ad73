package io.holdfast.migration.verify;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.RecordSource;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A source of given events. */
record Exports(Flux<RecordedEvent> events) implements RecordSource {

  static RecordSource of(Flux<RecordedEvent> events) {
    return new Exports(events);
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return List.of(RecordedEvent.KIND);
  }

  @Override
  @SuppressWarnings("unchecked") // There is one kind.
  public <R> Flux<R> export(RecordKind<R> kind) {
    return (Flux<R>) events;
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return events.count();
  }

  @Override
  public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return events.takeLast(1).next();
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    return events.filter(event -> event.job().equals(job) && event.version() == version).next();
  }

  @Override
  public List<Intake> intake() {
    return List.of();
  }

  @Override
  public boolean isStill() {
    return true;
  }
}
