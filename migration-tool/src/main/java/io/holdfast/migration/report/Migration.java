package io.holdfast.migration.report;

import io.holdfast.InvalidInputException;
import io.holdfast.RecordKind;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Copier;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.verify.Comparer;
import io.holdfast.migration.verify.Comparison;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Moves everything from one storage to another and proves that it has arrived. */
public final class Migration {

  private static final Batches COMPARED = new Batches(500, Batches.BYTES_DEFAULT / 4);

  private final UnifiedStorage source;
  private final UnifiedStorage target;
  private final Progress progress;

  /** From {@code source} to {@code target}. */
  public Migration(UnifiedStorage source, UnifiedStorage target, Progress progress) {
    this.source = source;
    this.target = target;
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
    return Mono.zip(counts(source), counts(target))
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
        .map(compared -> new Report(List.of(), compared));
  }

  private Mono<Report> compareFirst(Batches batches, long total) {
    return compare(total)
        .map(compared -> new Report(nothingCopied(compared), compared))
        .filter(Report::isIdentical)
        .switchIfEmpty(copyAndCompare(batches, total));
  }

  private Mono<Report> copyAndCompare(Batches batches, long total) {
    return requireOneLog()
        .then(Mono.defer(() -> copy(batches, total)))
        .zipWhen(copied -> compare(total), Report::new);
  }

  private Mono<Void> requireOneLog() {
    return Mono.zip(hasNewest(target, source), hasNewest(source, target))
        .flatMap(
            found ->
                found.getT1() || found.getT2()
                    ? Mono.<Void>empty()
                    : Mono.error(
                        () ->
                            new InvalidInputException(
                                "target",
                                "it has other events than the source. Nothing was written; migrate"
                                    + " into a storage without events, or into an earlier copy")));
  }

  /** Whether the newest event of {@code log} is in {@code other}; true if it has none. */
  private static Mono<Boolean> hasNewest(UnifiedStorage other, UnifiedStorage log) {
    return log.events()
        .read(EventQuery.backward(EventFilter.all()).limit(1))
        .next()
        .flatMap(
            newest ->
                other
                    .events()
                    .read(EventQuery.job(newest.job()).fromVersion(newest.version()).limit(1))
                    .next()
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
    return shown("Verifying", total, new Comparer(source, target, COMPARED)::compareAll);
  }

  private <T> Mono<List<T>> shown(String title, long total, Function<Progress.Task, Flux<T>> work) {
    return Mono.using(() -> progress.start(title, total), task -> work.apply(task).collectList());
  }

  private static List<KindCopy> nothingCopied(List<Comparison> compared) {
    return compared.stream()
        .map(kind -> new KindCopy(kind.kind(), kind.source().records(), 0, Duration.ZERO))
        .toList();
  }

  private static Mono<List<Long>> counts(UnifiedStorage storage) {
    return Flux.fromIterable(storage.kinds()).concatMap(kind -> count(storage, kind)).collectList();
  }

  private static long sum(List<Long> counts) {
    return counts.stream().mapToLong(Long::longValue).sum();
  }

  private static <R> Mono<Long> count(UnifiedStorage storage, RecordKind<R> kind) {
    return storage.transfer(kind).count();
  }
}
