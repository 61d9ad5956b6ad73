package io.holdfast.migration.report;

import io.holdfast.ConflictException;
import io.holdfast.MovedException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.migration.proof.Root;
import io.holdfast.migration.report.Migration.Stop;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.Moved;
import java.time.Instant;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The end of a migration that was proved: its source is marked as moved, if it still holds what was
 * proved.
 *
 * @param run the migration, as the target remembers it
 * @param stop what may end it before its end; the mark is taken back then, too
 */
public record Finalization(
    UnifiedStorage source, UnifiedStorage target, MigrationRun run, Progress progress, Stop stop) {

  /** The mark for the source, of which the target is at {@code to}; never empty. */
  public Mono<Moved> mark(String to) {
    return target
        .relocation()
        .storeId()
        .map(store -> new Moved(to, store, Root.of(run.sums()).sha256(), Instant.now()));
  }

  /**
   * Marks the source, and then reads it, so that nothing is written in between. If it has changed
   * since it was proved, or that cannot be found out, the mark is taken back; unless another
   * process has noted meanwhile that it is finalized. Fails with {@link StillMarked} if the mark
   * could not be taken back.
   *
   * @return the mark that the source has now; empty if it has changed
   */
  public Mono<Moved> run(Moved mark) {
    return Mono.usingWhen(
            // First what is quick: it costs those that write nothing.
            hasAsMany()
                .flatMap(
                    same -> same ? source.relocation().moveTo(mark) : Mono.error(Changed::new)),
            noted ->
                stop.ends(
                        hasTheSame().flatMap(same -> same ? remember() : Mono.error(Changed::new)))
                    .thenReturn(noted),
            noted -> Mono.empty(),
            (noted, error) -> takeBack(),
            noted -> takeBack())
        .onErrorMap(StillMarked::unwrapped)
        .onErrorResume(Changed.class, changed -> Mono.empty());
  }

  /** First nobody can note any more that it is finalized, and then the mark goes. */
  private Mono<Void> takeBack() {
    return target
        .migrations()
        .leave(run, run.state(), run.sums())
        .then()
        // Nobody can note anything there.
        .onErrorResume(MovedException.class, gone -> Mono.empty())
        .then(Mono.defer(() -> source.relocation().takeBack()))
        .then()
        .onErrorResume(ConflictException.class, this::leftToOthers)
        .onErrorMap(StillMarked::new);
  }

  /** Somebody else was quicker. If it is finalized, the mark has to stay. */
  private Mono<Void> leftToOthers(ConflictException late) {
    return target
        .migrations()
        .find()
        .filter(there -> there.state() != MigrationState.FINALIZED)
        .flatMap(there -> source.relocation().find())
        .flatMap(marked -> Mono.error(late));
  }

  /** True if the source holds what was proved. Changes nothing. */
  public Mono<Boolean> isUnchanged() {
    return hasAsMany().flatMap(same -> same ? hasTheSame() : Mono.just(false));
  }

  private Mono<Boolean> hasAsMany() {
    long proved = run.sums().stream().mapToLong(KindSum::records).sum();
    return Flux.fromIterable(source.kinds())
        .concatMap(this::count, 1)
        .reduce(0L, Long::sum)
        .map(found -> found == proved && isAboutAllKinds());
  }

  /** An older version may have proved fewer. */
  private boolean isAboutAllKinds() {
    Set<String> proved = run.sums().stream().map(KindSum::kind).collect(Collectors.toSet());
    return source.kinds().stream().map(RecordKind::name).allMatch(proved::contains);
  }

  private <R> Mono<Long> count(RecordKind<R> kind) {
    return source.transfer(kind).count();
  }

  private Mono<Boolean> hasTheSame() {
    return new Proof(new StorageSource(source, true), "Reading", progress)
        .sumsLike(run.sums())
        .map(
            found -> Root.of(found.stream().map(Summed::sum).toList()).equals(Root.of(run.sums())));
  }

  private Mono<MigrationRun> remember() {
    return target.migrations().leave(run, MigrationState.FINALIZED, run.sums());
  }

  /** The source does not hold what was proved. */
  private static final class Changed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Changed() {
      super("The source has changed", null, false, false);
    }
  }
}
