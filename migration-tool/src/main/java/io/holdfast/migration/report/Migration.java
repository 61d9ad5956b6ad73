package io.holdfast.migration.report;

import io.holdfast.ConflictException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Copier;
import io.holdfast.migration.copy.CopyOptions;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.copy.OneLog;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.migration.verify.Comparer;
import io.holdfast.migration.verify.Comparison;
import io.holdfast.transfer.KindSum;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;
import reactor.util.retry.RetryBackoffSpec;

/** Moves everything from a source to a storage and proves that it has arrived. */
public final class Migration {

  /** How long a process that copies may give no sign of life before another one takes over. */
  public static final Duration LEASE = Duration.ofSeconds(10);

  private static final Batches COMPARED = new Batches(500, Batches.BYTES_DEFAULT / 4);

  /** A process that was killed has it a little longer: it is waited for, once. */
  private static final RetryBackoffSpec UNTIL_IT_IS_FREE =
      Retry.fixedDelay(LEASE.toSeconds() + 2, Duration.ofSeconds(1))
          .filter(ConflictException.class::isInstance)
          .onRetryExhaustedThrow((spec, signal) -> signal.failure());

  private final RecordSource source;
  private final UnifiedStorage target;
  private final RecordSource arrived;
  private final Progress progress;

  /** From {@code source} to {@code target}. */
  public Migration(RecordSource source, UnifiedStorage target, Progress progress) {
    this.source = source;
    this.target = target;
    this.arrived = new StorageSource(target);
    this.progress = progress;
  }

  /**
   * Copies and proves. Fails as {@link #copy} does.
   *
   * @param turn who copies from where
   * @param options in what steps, and how fast
   */
  public Mono<Report> run(MigrationTurn turn, CopyOptions options) {
    return copy(turn, options)
        .flatMap(
            copies -> holds(copies).switchIfEmpty(Mono.defer(() -> repair(turn, options, copies))))
        .flatMap(report -> remember(report).thenReturn(report));
  }

  /** The report if the target holds what was copied; empty if not. */
  private Mono<Report> holds(List<KindCopy> copies) {
    List<KindSum> sums = copies.stream().map(KindCopy::source).toList();
    return new Proof(target, progress)
        .sumsLike(sums)
        .filter(found -> found.stream().map(Summed::sum).toList().equals(sums))
        .map(found -> found.stream().map(sum -> Comparison.ofEqual(sum.sum(), sum.took())).toList())
        .map(compared -> report(copies, compared));
  }

  /** Something was lost since it was copied, or is not the same: all is offered once more. */
  private Mono<Report> repair(MigrationTurn turn, CopyOptions options, List<KindCopy> before) {
    boolean trusted = before.stream().anyMatch(copy -> copy.trusted() > 0);
    Mono<List<KindCopy>> copies =
        trusted
            ? copy(turn, options, Copier::copyAllAgain).map(again -> sum(before, again))
            : Mono.just(before);
    return copies.flatMap(
        all ->
            compare(all.stream().mapToLong(KindCopy::read).sum())
                .map(compared -> report(all, compared)));
  }

  private static List<KindCopy> sum(List<KindCopy> before, List<KindCopy> again) {
    return IntStream.range(0, again.size())
        .mapToObj(kind -> again.get(kind).after(before.get(kind)))
        .toList();
  }

  /**
   * Copies. What was copied before and is still the same in the source is only read. Fails with
   * {@link io.holdfast.InvalidInputException}, before anything is written, when both have events
   * that the other one does not have: events keep their positions, so two logs do not become one.
   * Fails with {@link ConflictException} when another process copies, or somebody has asked to
   * pause; what was copied until then stays and counts.
   */
  public Mono<List<KindCopy>> copy(MigrationTurn turn, CopyOptions options) {
    return copy(turn, options, Copier::copyAll);
  }

  private Mono<List<KindCopy>> copy(MigrationTurn turn, CopyOptions options, Way way) {
    MigrationLedger ledger = target.migrations();
    return Mono.usingWhen(
        OneLog.require(source, arrived).then(take(ledger, turn)),
        run -> copy(ledger, run, options, way),
        run -> Mono.empty(),
        (run, error) -> pause(ledger, run),
        run -> pause(ledger, run));
  }

  /** How a copier copies. */
  private interface Way {

    Flux<KindCopy> copy(Copier copier, Progress.Task task);
  }

  private Mono<List<KindCopy>> copy(
      MigrationLedger ledger, MigrationRun run, CopyOptions options, Way way) {
    Copier copier = new Copier(source, ledger, run, options);
    return count(source)
        .flatMap(total -> shown("Copying", total, task -> way.copy(copier, task)))
        .flatMap(
            copies ->
                ledger
                    .leave(
                        run, MigrationState.COPIED, copies.stream().map(KindCopy::source).toList())
                    .thenReturn(copies));
  }

  private static Mono<MigrationRun> take(MigrationLedger ledger, MigrationTurn turn) {
    return ledger
        .find()
        .filter(run -> Holder.isGone(run.holder()))
        .flatMap(run -> ledger.leave(run, MigrationState.PAUSED, List.of()))
        .then(Mono.defer(() -> ledger.take(turn)).retryWhen(UNTIL_IT_IS_FREE));
  }

  /** Somebody else may have it by now, and then it is theirs. */
  private static Mono<Void> pause(MigrationLedger ledger, MigrationRun run) {
    return ledger
        .leave(run, MigrationState.PAUSED, List.of())
        .then()
        .onErrorResume(ConflictException.class, taken -> Mono.empty());
  }

  /** Compares the two sides record by record. */
  public Mono<Report> verify() {
    return count(source).flatMap(this::compare).map(compared -> report(List.of(), compared));
  }

  private Mono<Void> remember(Report report) {
    if (!report.isIdentical()) {
      return Mono.empty();
    }
    List<KindSum> sums = report.comparisons().stream().map(Comparison::source).toList();
    MigrationLedger ledger = target.migrations();
    return ledger
        .find()
        .filter(run -> run.state() == MigrationState.COPIED)
        .flatMap(run -> ledger.leave(run, MigrationState.VERIFIED, sums))
        .then();
  }

  private Report report(List<KindCopy> copies, List<Comparison> comparisons) {
    return new Report(copies, comparisons, source.intake());
  }

  private Mono<List<Comparison>> compare(long total) {
    return shown("Comparing", total, new Comparer(source, arrived, COMPARED)::compareAll);
  }

  private <T> Mono<List<T>> shown(String title, long total, Function<Progress.Task, Flux<T>> work) {
    return Mono.using(() -> progress.start(title, total), task -> work.apply(task).collectList());
  }

  private static Mono<Long> count(RecordSource side) {
    return Flux.fromIterable(side.kinds())
        .concatMap(kind -> count(side, kind), 1)
        .reduce(0L, Long::sum);
  }

  private static <R> Mono<Long> count(RecordSource side, RecordKind<R> kind) {
    return side.count(kind);
  }
}
