package io.holdfast.dual;

import io.holdfast.RecordKind;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What the leading side remembers of the migration into it; what is loaded by it is copied. */
final class DualMigrations implements MigrationLedger {

  private final Dual dual;
  private final LiveAccess access;

  DualMigrations(Dual dual, LiveAccess access) {
    this.dual = dual;
    this.access = access;
  }

  @Override
  public Mono<MigrationRun> find() {
    return access.onLeading(storage -> storage.migrations().find());
  }

  @Override
  public Flux<MigrationChunk> chunks() {
    return access.manyOnLeading(storage -> storage.migrations().chunks());
  }

  @Override
  public Mono<MigrationRun> take(MigrationTurn turn) {
    return access.change(List.of(), storage -> storage.migrations().take(turn));
  }

  @Override
  public <R> Mono<Long> load(
      MigrationRun run, RecordKind<R> kind, List<R> records, MigrationChunk chunk) {
    return access
        .change(
            DualTransfer.areas(kind, records),
            storage -> storage.migrations().load(run, kind, records, chunk))
        .delayUntil(written -> seen(kind.name()));
  }

  @Override
  public Mono<Void> keep(MigrationRun run) {
    return access.change(List.of(), storage -> storage.migrations().keep(run));
  }

  @Override
  public Mono<Void> settle(MigrationRun run) {
    return access.onLeading(storage -> storage.migrations().settle(run));
  }

  @Override
  public Mono<Long> complete(MigrationRun run, String kind, long chunks) {
    return access
        .change(List.of(), storage -> storage.migrations().complete(run, kind, chunks))
        .delayUntil(done -> seen(kind));
  }

  /** What is loaded may be seen at once, or when its kind is complete: the side itself knows. */
  private Mono<RecordedEvent> seen(String kind) {
    EventQuery newest = EventQuery.backward(EventFilter.all()).limit(1);
    return kind.equals(RecordedEvent.KIND.name())
        ? access
            .manyOnLeading(storage -> storage.events().read(newest))
            .next()
            .doOnNext(event -> dual.events().known(event.position()))
        : Mono.empty();
  }

  @Override
  public Mono<MigrationRun> leave(MigrationRun run, MigrationState state, List<KindSum> sums) {
    return access.change(List.of(), storage -> storage.migrations().leave(run, state, sums));
  }

  @Override
  public Mono<MigrationRun> pause() {
    return access.change(List.of(), storage -> storage.migrations().pause());
  }
}
