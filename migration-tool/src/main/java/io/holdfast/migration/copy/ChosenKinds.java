package io.holdfast.migration.copy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Some of the kinds of a source.
 *
 * @param names of the kinds
 */
public record ChosenKinds(RecordSource source, Set<String> names) implements RecordSource {

  /** Copies the names. */
  public ChosenKinds {
    names = Set.copyOf(names);
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return source.kinds().stream().filter(kind -> names.contains(kind.name())).toList();
  }

  @Override
  public <R> Flux<R> export(RecordKind<R> kind) {
    return source.export(kind);
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return source.count(kind);
  }

  /** None if events are not chosen: then it does not matter which there are. */
  @Override
  public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return names.contains(RecordedEvent.KIND.name())
        ? source.findNewestEvent(filter)
        : Mono.empty();
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
    return names.size() == source.kinds().size() && source.isWhole();
  }
}
