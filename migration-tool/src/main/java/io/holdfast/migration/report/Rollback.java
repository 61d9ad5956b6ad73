package io.holdfast.migration.report;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.migration.proof.Root;
import io.holdfast.migration.verify.Comparison;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import io.holdfast.transfer.Moved;
import java.time.Instant;
import reactor.core.publisher.Mono;

/**
 * The way back to the source of a migration: the target is marked as moved to it.
 *
 * @param run the migration, as the target remembers it
 */
public record Rollback(
    UnifiedStorage source, UnifiedStorage target, MigrationRun run, Progress progress) {

  /** The mark for the target, of which the source is at {@code from}; never empty. */
  public Mono<Moved> mark(String from) {
    return source
        .relocation()
        .storeId()
        .map(
            store ->
                new Moved(
                    from,
                    store,
                    run.sums().isEmpty() ? "" : Root.of(run.sums()).sha256(),
                    Instant.now()));
  }

  /** True if the source is marked as moved to the target, or was. */
  public Mono<Boolean> isFinalized() {
    return run.state() == MigrationState.FINALIZED
        ? Mono.just(true)
        : source.relocation().find().hasElement();
  }

  /** True if there is nothing left to do. */
  public Mono<Boolean> isDone(Moved mark) {
    return target
        .relocation()
        .find()
        .filter(there -> there.isToSameAs(mark) && run.state() == MigrationState.ROLLED_BACK)
        .filterWhen(there -> source.relocation().find().hasElement().map(moved -> !moved))
        .hasElement();
  }

  /**
   * How many records the target has, and the source has not, or not the same. None if the target
   * still holds what was copied: then it was not written to, whatever the source holds by now.
   */
  public Mono<Long> leftBehind() {
    return isAsCopied().flatMap(same -> same ? Mono.just(0L) : compare());
  }

  private Mono<Boolean> isAsCopied() {
    return run.sums().isEmpty()
        ? Mono.just(false)
        : new Proof(new StorageSource(target, false), progress)
            .sumsLike(run.sums())
            .map(
                found ->
                    Root.of(found.stream().map(Summed::sum).toList()).equals(Root.of(run.sums())));
  }

  private Mono<Long> compare() {
    return new Migration(new StorageSource(source, false), target, progress)
        .verify()
        .map(report -> report.comparisons().stream().mapToLong(Rollback::onlyInTarget).sum());
  }

  private static long onlyInTarget(Comparison compared) {
    return compared.target().records() - compared.identical();
  }

  /**
   * First the target, then the source: at no moment do both take writes if they have not before.
   * What was cut short goes on when it is done again.
   */
  public Mono<Void> run(Moved mark, MigrationTurn turn) {
    return giveUp(turn)
        .then(Mono.defer(() -> target.relocation().moveTo(mark)))
        .then(Mono.defer(() -> source.relocation().takeBack()))
        .then();
  }

  /** Nobody goes on copying. */
  private Mono<MigrationRun> giveUp(MigrationTurn turn) {
    MigrationLedger ledger = target.migrations();
    return switch (run.state()) {
      case ROLLED_BACK -> Mono.empty();
      case COPYING -> ledger.take(turn).flatMap(taken -> leave(ledger, taken));
      case PAUSED, COPIED, VERIFIED, FINALIZED -> leave(ledger, run);
    };
  }

  private static Mono<MigrationRun> leave(MigrationLedger ledger, MigrationRun run) {
    return ledger.leave(run, MigrationState.ROLLED_BACK, run.sums());
  }
}
