package io.holdfast.migration.copy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Some of the events of a source, and nothing else of it.
 *
 * @param chosenEvents which
 */
public record ChosenEvents(RecordSource source, EventFilter chosenEvents) implements RecordSource {

  @Override
  public List<RecordKind<?>> kinds() {
    return source.kinds().stream().filter(kind -> kind.equals(RecordedEvent.KIND)).toList();
  }

  @Override
  public <R> Flux<R> export(RecordKind<R> kind) {
    return source
        .export(kind)
        .filter(record -> record instanceof RecordedEvent event && chosenEvents.matches(event));
  }

  /** At most so many: to count them, all would have to be read. */
  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return source.count(kind);
  }

  @Override
  public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return source.findNewestEvent(chosenEvents);
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    return source.findEvent(job, version);
  }

  @Override
  public List<Intake> intake() {
    return source.intake();
  }

  @Override
  public boolean isStill() {
    return source.isStill();
  }

  @Override
  public boolean isWhole() {
    return false;
  }
}
