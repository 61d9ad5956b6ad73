package io.holdfast.migration.copy;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.transfer.Moved;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A storage, read.
 *
 * @param isStill true if nobody else can write to it meanwhile
 * @param damaged what becomes of records that are damaged
 */
public record StorageSource(UnifiedStorage storage, boolean isStill, Damaged damaged)
    implements RecordSource {

  /** One of which no record may be damaged. */
  public StorageSource(UnifiedStorage storage, boolean isStill) {
    this(storage, isStill, Damaged.stop());
  }

  @Override
  public List<RecordKind<?>> kinds() {
    return storage.kinds();
  }

  @Override
  public <R> Flux<R> export(RecordKind<R> kind) {
    RecordTransfer<R> transfer = storage.transfer(kind);
    return damaged.isExpected()
        ? transfer.exportIntact(found -> damaged.found(kind.name(), found))
        : transfer.export();
  }

  @Override
  public <R> Mono<Long> count(RecordKind<R> kind) {
    return storage.transfer(kind).count();
  }

  @Override
  public Mono<RecordedEvent> findNewestEvent(EventFilter filter) {
    return damaged.isExpected()
        ? RecordSource.super.findNewestEvent(filter)
        : storage.events().read(EventQuery.backward(filter).limit(1)).next();
  }

  @Override
  public Mono<RecordedEvent> findEvent(JobId job, long version) {
    // A look-up reads what is beside the event, too, and stops at any damage.
    return damaged.isExpected()
        ? export(RecordedEvent.KIND)
            .filter(event -> event.version() == version && event.job().equals(job))
            .next()
        : storage.events().read(EventQuery.job(job).fromVersion(version).limit(1)).next();
  }

  @Override
  public Mono<Moved> moved() {
    return storage.relocation().find();
  }

  /** What is damaged belongs to it, and is missing. */
  @Override
  public boolean isWhole() {
    return damaged.intake().isEmpty();
  }

  @Override
  public List<Intake> intake() {
    return damaged.intake();
  }
}
