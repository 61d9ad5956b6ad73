package io.holdfast.migration.report;

import io.holdfast.ConflictException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.ChosenEvents;
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
import java.util.Optional;
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
          .filter(Migration::isHeld)
          .onRetryExhaustedThrow((spec, signal) -> signal.failure());

  private final RecordSource source;
  private final UnifiedStorage target;
  private final RecordSource arrived;
  private final Progress progress;
  private final Stop stop;

  /** What may end a copy before its end. */
  public interface Stop {

    /** Nothing does. */
    Stop NEVER =
        new Stop() {
          @Override
          public <T> Mono<T> ends(Mono<T> work) {
            return work;
          }
        };

    /** As {@code work}, but fails when it is to stop; what is done about that is waited for. */
    <T> Mono<T> ends(Mono<T> work);
  }

  /** From {@code source} to {@code target}. */
  public Migration(RecordSource source, UnifiedStorage target, Progress progress) {
    this(source, target, progress, Stop.NEVER);
  }

  /** As above, until {@code stop} ends it: then it notes that it is paused, and fails. */
  public Migration(RecordSource source, UnifiedStorage target, Progress progress, Stop stop) {
    this.stop = stop;
    this.source = source;
    this.target = target;
    this.arrived = like(source, new StorageSource(target, false));
    this.progress = progress;
  }

  /** The same choice of {@code storage} as of {@code source}. */
  private static RecordSource like(RecordSource source, RecordSource storage) {
    return source.chosenEvents().equals(EventFilter.all())
        ? storage
        : new ChosenEvents(storage, source.chosenEvents());
  }

  /**
   * Copies and proves. Fails as {@link #copy} does.
   *
   * @param turn who copies from where
   * @param options in what steps, and how fast
   */
  public Mono<Report> run(MigrationTurn turn, CopyOptions options) {
    return timed(unchanged(turn).switchIfEmpty(Mono.defer(() -> copyAndProve(turn, options))));
  }

  private static Mono<Report> timed(Mono<Report> work) {
    return work.elapsed().map(done -> done.getT2().in(Duration.ofMillis(done.getT1())));
  }

  private Mono<Report> copyAndProve(MigrationTurn turn, CopyOptions options) {
    return copy(turn, options, Copier::copyAll)
        .flatMap(
            copied ->
                holds(copied.kinds())
                    .flatMap(report -> remember(copied.run(), report))
                    .switchIfEmpty(Mono.defer(() -> repair(turn, options, copied))));
  }

  /** A turn, and what it has copied. */
  private record Copied(MigrationRun run, List<KindCopy> kinds) {

    Copied after(List<KindCopy> before) {
      return new Copied(
          run,
          IntStream.range(0, kinds.size())
              .mapToObj(kind -> kinds.get(kind).after(before.get(kind)))
              .toList());
    }
  }

  /**
   * The report of a migration that was proved before, if both sides are still the same: nothing is
   * written. Empty if not.
   */
  private Mono<Report> unchanged(MigrationTurn turn) {
    return target
        .migrations()
        .find()
        .filter(run -> run.source().equals(turn.source()))
        .filter(run -> run.state() == MigrationState.VERIFIED && hasKindsOf(run))
        .flatMap(
            run ->
                new Proof(source, "Reading", progress)
                    .sumsLike(run.sums())
                    .filter(found -> sums(found).equals(run.sums())))
        .map(Migration::nothingCopied)
        .flatMap(this::holds);
  }

  private boolean hasKindsOf(MigrationRun run) {
    return run.sums().stream()
        .map(KindSum::kind)
        .toList()
        .equals(source.kinds().stream().map(RecordKind::name).toList());
  }

  private static List<KindCopy> nothingCopied(List<Summed> found) {
    return found.stream()
        .map(kind -> new KindCopy(kind.sum(), 0, kind.sum().records(), kind.took()))
        .toList();
  }

  private static List<KindSum> sums(List<Summed> found) {
    return found.stream().map(Summed::sum).toList();
  }

  /** The report if both sides hold what was copied; empty if not. */
  private Mono<Report> holds(List<KindCopy> copies) {
    List<KindSum> sums = copies.stream().map(KindCopy::source).toList();
    return new Proof(arrived, "Verifying", progress)
        .sumsLike(sums)
        .filter(found -> sums(found).equals(sums))
        .filterWhen(found -> sourceStillHas(sums))
        .map(found -> found.stream().map(sum -> Comparison.ofEqual(sum.sum(), sum.took())).toList())
        .map(compared -> report(copies, compared));
  }

  /** What others may have changed since it was read is read once more. */
  private Mono<Boolean> sourceStillHas(List<KindSum> sums) {
    return source.isStill()
        ? Mono.just(true)
        : new Proof(source, "Reading", progress)
            .sumsLike(sums)
            .map(found -> sums(found).equals(sums));
  }

  /**
   * Something was lost since it was copied, or is not the same: all is offered once more, unless it
   * has just been, and then compared record by record.
   */
  private Mono<Report> repair(MigrationTurn turn, CopyOptions options, Copied before) {
    boolean trusted = before.kinds().stream().anyMatch(copy -> copy.trusted() > 0);
    Mono<Copied> copied =
        trusted
            ? copy(turn, options, Copier::copyAllAgain).map(again -> again.after(before.kinds()))
            : Mono.just(before);
    return copied.flatMap(
        all ->
            compare(all.kinds().stream().mapToLong(KindCopy::read).sum())
                .map(compared -> report(all.kinds(), compared))
                .flatMap(report -> remember(all.run(), report)));
  }

  /**
   * Copies. What was copied before and is still the same in the source is only read. Fails with
   * {@link io.holdfast.InvalidInputException}, before anything is written, when both have events
   * that the other one does not have: events keep their positions, so two logs do not become one.
   * Fails with {@link ConflictException} when another process copies, or somebody has asked to
   * pause; what was copied until then stays and counts.
   */
  public Mono<CopyText> copy(MigrationTurn turn, CopyOptions options) {
    return copy(turn, options, Copier::copyAll)
        .elapsed()
        .map(
            copied ->
                new CopyText(
                    copied.getT2().kinds(),
                    source.intake(),
                    Duration.ofMillis(copied.getT1()),
                    source.isWhole()));
  }

  private Mono<Copied> copy(MigrationTurn turn, CopyOptions options, Way way) {
    MigrationLedger ledger = target.migrations();
    return requireNotFinalized()
        .then(Mono.defer(() -> OneLog.require(source, new StorageSource(target, false))))
        .then(Mono.defer(() -> count(source)))
        .zipWhen(total -> ledger.find().map(Optional::of).defaultIfEmpty(Optional.empty()))
        .flatMap(
            begin ->
                Mono.usingWhen(
                    take(ledger, turn),
                    run -> stop.ends(copy(run, begin.getT2(), begin.getT1(), options, way)),
                    run -> Mono.empty(),
                    (run, error) -> pause(run).onErrorResume(late -> suppressed(error, late)),
                    this::pause));
  }

  /** Under whatever name: a source that has moved here is of the past. */
  private Mono<Void> requireNotFinalized() {
    return source
        .moved()
        .filterWhen(moved -> target.relocation().storeId().map(moved.store()::equals))
        .flatMap(moved -> target.migrations().find())
        .filter(run -> run.state() == MigrationState.FINALIZED)
        .flatMap(run -> Mono.error(run.busy()));
  }

  private static Mono<Void> suppressed(Throwable error, Throwable late) {
    error.addSuppressed(late);
    return Mono.empty();
  }

  /** How a copier copies. */
  private interface Way {

    Flux<KindCopy> copy(Copier copier, Progress.Task task);
  }

  private Mono<Copied> copy(
      MigrationRun run, Optional<MigrationRun> before, long total, CopyOptions options, Way way) {
    MigrationLedger ledger = target.migrations();
    Copier copier = new Copier(source, ledger, run, options);
    // Once more, now that nobody else can bring other events.
    return OneLog.require(source, new StorageSource(target, false))
        .then(Mono.defer(() -> shown("Copying", total, task -> way.copy(copier, task))))
        .flatMap(kinds -> leave(run, before, kinds).map(left -> new Copied(left, kinds)));
  }

  /**
   * Some kinds of a source are not all of it: they can be compared now, and not remembered. If they
   * were all there, what was known before still holds.
   */
  private Mono<MigrationRun> leave(
      MigrationRun run, Optional<MigrationRun> before, List<KindCopy> kinds) {
    MigrationLedger ledger = target.migrations();
    if (source.isWhole()) {
      List<KindSum> sums = kinds.stream().map(KindCopy::source).toList();
      return ledger.leave(run, MigrationState.COPIED, sums);
    }
    boolean isUnchanged = kinds.stream().allMatch(kind -> kind.written() == 0);
    return before
        .filter(known -> isUnchanged && known.source().equals(run.source()))
        .filter(known -> !known.sums().isEmpty() && known.holder().isEmpty())
        .map(known -> ledger.leave(run, known.state(), known.sums()))
        .orElseGet(() -> ledger.leave(run, MigrationState.PAUSED, List.of()));
  }

  /** One that was finalized never becomes free. */
  private static boolean isHeld(Throwable error) {
    return error instanceof ConflictException conflict
        && !conflict.actual().equals(MigrationState.FINALIZED.name());
  }

  private static Mono<MigrationRun> take(MigrationLedger ledger, MigrationTurn turn) {
    return ledger
        .find()
        .filter(run -> Holder.isGone(run.holder()))
        .flatMap(run -> ledger.leave(run, MigrationState.PAUSED, List.of()))
        // Somebody else was quicker.
        .onErrorResume(ConflictException.class, taken -> Mono.empty())
        .then(Mono.defer(() -> ledger.take(turn)).retryWhen(UNTIL_IT_IS_FREE));
  }

  /** Somebody else may have it by now, and then it is theirs. */
  private Mono<Void> pause(MigrationRun run) {
    return target
        .migrations()
        .leave(run, MigrationState.PAUSED, List.of())
        .then()
        .onErrorResume(ConflictException.class, taken -> Mono.empty());
  }

  /** Compares the two sides record by record. */
  public Mono<Report> verify() {
    return timed(count(source).flatMap(this::compare).map(compared -> report(List.of(), compared)));
  }

  /** Unless somebody has taken it meanwhile: what was found holds all the same. */
  private Mono<Report> remember(MigrationRun run, Report report) {
    if (!report.isIdentical() || !source.isWhole()) {
      return Mono.just(report);
    }
    List<KindSum> sums = report.comparisons().stream().map(Comparison::source).toList();
    return target
        .migrations()
        .leave(run, MigrationState.VERIFIED, sums)
        .onErrorResume(ConflictException.class, taken -> Mono.empty())
        .thenReturn(report);
  }

  private Report report(List<KindCopy> copies, List<Comparison> comparisons) {
    return new Report(copies, comparisons, source.intake(), Duration.ZERO);
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
