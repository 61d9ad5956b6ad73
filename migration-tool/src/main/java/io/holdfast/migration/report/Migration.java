package io.holdfast.migration.report;

import io.holdfast.InvalidInputException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Copier;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.StorageSource;
import io.holdfast.migration.verify.Comparer;
import io.holdfast.migration.verify.Comparison;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Moves everything from a source to a storage and proves that it has arrived. */
public final class Migration {

  private static final Batches COMPARED = new Batches(500, Batches.BYTES_DEFAULT / 4);

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
   * Copies in batches of {@code batchSize}, then compares. Where both sides count the same to begin
   * with, it compares first, and copies only if it has to: a migration that is repeated reads, and
   * writes nothing. Fails with {@link InvalidInputException}, before anything is written, when both
   * have events that the other one does not have: events keep their positions, so two logs do not
   * become one.
   */
  public Mono<Report> run(int batchSize) {
    Batches batches = new Batches(batchSize, Batches.BYTES_DEFAULT);
    return Mono.zip(counts(source), counts(arrived))
        .flatMap(
            counts -> {
              long total = sum(counts.getT1());
              return counts.getT1().equals(counts.getT2())
                  ? compareFirst(batches, total)
                  : copyAndCompare(batches, total);
            });
  }

  /** Compares. */
  public Mono<Report> verify() {
    return counts(source)
        .flatMap(counts -> compare(sum(counts)))
        .map(compared -> report(List.of(), compared));
  }

  private Mono<Report> compareFirst(Batches batches, long total) {
    return compare(total)
        .map(compared -> report(nothingCopied(compared), compared))
        .filter(Report::isIdentical)
        .switchIfEmpty(copyAndCompare(batches, total));
  }

  private Mono<Report> copyAndCompare(Batches batches, long total) {
    return requireOneLog()
        .then(Mono.defer(() -> copy(batches, total)))
        .zipWhen(copied -> compare(total), this::report);
  }

  private Report report(List<KindCopy> copies, List<Comparison> comparisons) {
    return new Report(copies, comparisons, source.intake());
  }

  private Mono<Void> requireOneLog() {
    // A source may have to read all of its events to find the newest one: asked last.
    return hasNewest(source, arrived)
        .flatMap(found -> found ? Mono.just(true) : hasNewest(arrived, source))
        .flatMap(
            found ->
                found
                    ? Mono.<Void>empty()
                    : Mono.error(
                        () ->
                            new InvalidInputException(
                                "target",
                                "it has other events than the source. Nothing was written; migrate"
                                    + " into a storage without events, or into an earlier copy")));
  }

  /** Whether the newest event of {@code log} is in {@code other}; true if it has none. */
  private static Mono<Boolean> hasNewest(RecordSource other, RecordSource log) {
    return log.findNewestEvent()
        .flatMap(
            newest ->
                other
                    .findEvent(newest.job(), newest.version())
                    .map(found -> isSame(found, newest))
                    .defaultIfEmpty(false))
        .defaultIfEmpty(true);
  }

  private static boolean isSame(RecordedEvent one, RecordedEvent other) {
    return one.version() == other.version() && one.position().equals(other.position());
  }

  private Mono<List<KindCopy>> copy(Batches batches, long total) {
    return shown("Copying", total, new Copier(source, target, batches)::copyAll);
  }

  private Mono<List<Comparison>> compare(long total) {
    return shown("Verifying", total, new Comparer(source, arrived, COMPARED)::compareAll);
  }

  private <T> Mono<List<T>> shown(String title, long total, Function<Progress.Task, Flux<T>> work) {
    return Mono.using(() -> progress.start(title, total), task -> work.apply(task).collectList());
  }

  private static List<KindCopy> nothingCopied(List<Comparison> compared) {
    return compared.stream()
        .map(kind -> new KindCopy(kind.kind(), kind.source().records(), 0, Duration.ZERO))
        .toList();
  }

  /** Of the kinds of the source, which may have fewer than a storage. */
  private Mono<List<Long>> counts(RecordSource side) {
    return Flux.fromIterable(source.kinds()).concatMap(kind -> count(side, kind), 1).collectList();
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static <R> Mono<Long> count(RecordSource side, RecordKind<R> kind) {
    return side.count(kind);
  }
}
