package io.holdfast.migration.report;

import io.holdfast.InvalidInputException;
import io.holdfast.RecordKind;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Lanes;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.copy.Summing;
import io.holdfast.migration.copy.Summing.Summed;
import io.holdfast.transfer.KindSum;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads a source, and nothing else, to find out what it holds. */
public final class Proof {

  /** While one is hashed, the next page is on its way. */
  static final Batches BATCHES = new Batches(500, Batches.BYTES_DEFAULT / 4);

  private final RecordSource source;
  private final String title;
  private final Progress progress;

  /** Of {@code source}. */
  public Proof(RecordSource source, Progress progress) {
    this(source, "Verifying", progress);
  }

  Proof(RecordSource source, String title, Progress progress) {
    this.source = source;
    this.title = title;
    this.progress = progress;
  }

  /** The sums of all kinds; never empty. */
  public Mono<List<Summed>> sums() {
    return Flux.fromIterable(source.kinds())
        .concatMap(this::count, 1)
        .reduce(0L, Long::sum)
        .flatMap(total -> sums(source.kinds(), total));
  }

  /** The sums of the kinds of {@code expected}, events last, which should be the same. */
  Mono<List<Summed>> sumsLike(List<KindSum> expected) {
    return Mono.defer(
        () ->
            sums(
                expected.stream().<RecordKind<?>>map(sum -> kind(sum.kind())).toList(),
                expected.stream().mapToLong(KindSum::records).sum()));
  }

  private Mono<List<Summed>> sums(List<RecordKind<?>> kinds, long total) {
    Summing summing = new Summing(source, BATCHES);
    return Mono.using(
        () -> progress.start(title, total),
        task -> Lanes.each(kinds, kind -> sum(summing, kind, task)).collectList());
  }

  private <R> Mono<Long> count(RecordKind<R> kind) {
    return source.count(kind);
  }

  private static <R> Mono<Summed> sum(Summing summing, RecordKind<R> kind, Progress.Task task) {
    return summing.sum(kind, task);
  }

  private RecordKind<?> kind(String name) {
    return source.kinds().stream()
        .filter(kind -> kind.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InvalidInputException("kind", "there are no " + name));
  }
}
