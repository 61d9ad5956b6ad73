package io.holdfast.dual;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.List;
import java.util.function.Consumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Copies records out of the leading side, and in as any write, but for the note of who leads. */
final class DualTransfer<R> implements RecordTransfer<R> {

  private static final RecordKey OWN = RecordKey.of(Authority.NAME.value());

  private final Dual dual;
  private final LiveAccess access;
  private final RecordKind<R> kind;

  DualTransfer(Dual dual, LiveAccess access, RecordKind<R> kind) {
    this.dual = dual;
    this.access = access;
    this.kind = kind;
    // Says so if there is no such kind.
    var unused = dual.sides().from(kind);
  }

  private boolean isOthers(R record) {
    return !kind.equals(LockState.KIND) || !kind.identity(record).equals(OWN);
  }

  @Override
  public Flux<R> export() {
    return access.manyOnLeading(storage -> storage.transfer(kind).export()).filter(this::isOthers);
  }

  @Override
  public Flux<R> exportIntact(Consumer<? super CorruptDataException> damaged) {
    return access
        .manyOnLeading(storage -> storage.transfer(kind).exportIntact(damaged))
        .filter(this::isOthers);
  }

  @Override
  public Mono<Long> count() {
    long own = kind.equals(LockState.KIND) ? 1 : 0;
    return access.onLeading(storage -> storage.transfer(kind).count()).map(all -> all - own);
  }

  @Override
  public Mono<R> find(RecordKey key) {
    return access.onLeading(storage -> storage.transfer(kind).find(key)).filter(this::isOthers);
  }

  @Override
  public Mono<Long> load(List<R> records) {
    List<R> others = records.stream().filter(this::isOthers).toList();
    return access
        .change(areas(kind, others), storage -> storage.transfer(kind).load(others))
        .doOnNext(written -> dual.events().shown(others));
  }

  /** What loading {@code records} may change. */
  static <R> List<Area> areas(RecordKind<R> kind, List<R> records) {
    return kind.equals(RecordedEvent.KIND)
        ? List.of()
        : Area.each(records, Area.all(kind), record -> Area.one(kind, kind.identity(record)));
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    if (kind.equals(LockState.KIND) && key.equals(OWN)) {
      return Mono.empty();
    }
    return access.change(areas(key), storage -> storage.transfer(kind).remove(key));
  }

  /** With what goes with it. */
  private List<Area> areas(RecordKey key) {
    if (kind.equals(RecordedEvent.KIND)) {
      return List.of();
    }
    Area one = Area.one(kind, key);
    if (kind.equals(Workflow.KIND)) {
      return List.of(one, Area.group(WorkflowExecution.KIND, key.first()));
    }
    return kind.equals(Subscription.KIND)
        ? List.of(one, Area.group(HeldJob.KIND, key.first()))
        : List.of(one);
  }
}
