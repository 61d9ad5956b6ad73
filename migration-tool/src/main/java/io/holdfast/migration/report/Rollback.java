package io.holdfast.migration.report;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.migration.proof.Root;
import io.holdfast.migration.report.Migration.Stop;
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
 * @param stop what may end it before its end; what it has changed is taken back then
 */
public record Rollback(
    UnifiedStorage source, UnifiedStorage target, MigrationRun run, Progress progress, Stop stop) {

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

  /** True if the migration was ended, and not rolled back since. */
  public boolean isFinalized() {
    return run.state() == MigrationState.FINALIZED;
  }

  /** True if the source is marked, though nothing was noted of it: it is not known to be proved. */
  public Mono<Boolean> isBrokenOff() {
    return isFinalized() || run.state() == MigrationState.ROLLED_BACK
        ? Mono.just(false)
        : source.relocation().find().hasElement();
  }

  /** True if there is nothing left to do. */
  public Mono<Boolean> isDone(Moved mark) {
    return isClosed(mark)
        .filter(closed -> closed)
        .filterWhen(closed -> source.relocation().find().hasElement().map(moved -> !moved))
        .hasElement();
  }

  /** True if the target has the mark: then it takes no note either. */
  private Mono<Boolean> isClosed(Moved mark) {
    return target.relocation().find().filter(there -> there.isToSameAs(mark)).hasElement();
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
   * What is left behind is counted when nobody can add to it. If that may not be, or cannot be
   * found out, all is as it was before. What was cut short goes on when it is done again.
   *
   * <p>Fails with {@link LeftBehind} unless {@code force} is set, and with {@link StillMarked} if
   * the mark of the target could not be taken back then.
   *
   * @return how many records are left behind; never empty
   */
  public Mono<Long> run(Moved mark, MigrationTurn turn, boolean force) {
    return isClosed(mark)
        .flatMap(closed -> closed ? counted(force) : closeAndCount(mark, turn, force))
        .delayUntil(left -> openSource());
  }

  private Mono<Long> closeAndCount(Moved mark, MigrationTurn turn, boolean force) {
    return Mono.usingWhen(
            giveUp(turn),
            given ->
                stop.ends(target.relocation().moveTo(mark).then(Mono.defer(() -> counted(force)))),
            given -> Mono.empty(),
            (given, error) -> undo(given),
            this::undo)
        .onErrorMap(StillMarked::unwrapped);
  }

  private Mono<Long> counted(boolean force) {
    return leftBehind()
        .flatMap(
            left -> left > 0 && !force ? Mono.error(() -> new LeftBehind(left)) : Mono.just(left));
  }

  /** A source without a mark may be at work, and is left alone. */
  private Mono<Moved> openSource() {
    return source.relocation().find().flatMap(marked -> source.relocation().takeBack());
  }

  /** Nobody goes on copying. */
  private Mono<MigrationRun> giveUp(MigrationTurn turn) {
    MigrationLedger ledger = target.migrations();
    return switch (run.state()) {
      case ROLLED_BACK -> Mono.just(run);
      case COPYING -> ledger.take(turn).flatMap(taken -> leave(taken, MigrationState.ROLLED_BACK));
      case PAUSED, COPIED, VERIFIED, FINALIZED -> leave(run, MigrationState.ROLLED_BACK);
    };
  }

  private Mono<Void> undo(MigrationRun given) {
    return target
        .relocation()
        .takeBack()
        .then(
            switch (run.state()) {
              case ROLLED_BACK -> Mono.empty();
              case COPYING -> Mono.defer(() -> leave(given, MigrationState.PAUSED));
              case PAUSED, COPIED, VERIFIED, FINALIZED ->
                  Mono.defer(() -> leave(given, run.state()));
            })
        .then()
        .onErrorMap(StillMarked::new);
  }

  private Mono<MigrationRun> leave(MigrationRun left, MigrationState state) {
    return target.migrations().leave(left, state, run.sums());
  }
}
