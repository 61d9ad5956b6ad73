package io.holdfast.migration.copy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A storage, read.
 *
 * @param isStill true if nobody else can write to it meanwhile
 */
public record StorageSource(UnifiedStorage storage, boolean isStill) implements RecordSource {

  @Override
  public List<RecordKind<?>> kinds() {
    return storage.kinds();
  }

  @Override
  public <R> Flux<R> export(RecordKind<R> kind) {
    return storage.transfer(kind).export();
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return storage.transfer(kind).count();
  }

  @Override
  public Mono<RecordedEvent> findNewestEvent() {
    return storage.events().read(EventQuery.backward(EventFilter.all()).limit(1)).next();
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    return storage.events().read(EventQuery.job(job).fromVersion(version).limit(1)).next();
  }

  @Override
  public List<Intake> intake() {
    return List.of();
  }
}
