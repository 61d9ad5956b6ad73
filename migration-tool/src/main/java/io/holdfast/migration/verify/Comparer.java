package io.holdfast.migration.verify;

import io.holdfast.RecordKind;
import io.holdfast.migration.copy.Batches;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.RecordSource;
import io.holdfast.migration.proof.RecordHash;
import java.time.Duration;
import java.util.Comparator;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Compares two sources record by record: both export in the same order, so that one pass over both,
 * side by side, finds every difference. Holds a few batches, however large the storages are.
 */
public final class Comparer {

  private final RecordSource source;
  private final RecordSource target;
  private final Batches batches;

  /** Of {@code source} with {@code target}. */
  public Comparer(RecordSource source, RecordSource target, Batches batches) {
    this.source = source;
    this.target = target;
    this.batches = batches;
  }

  /** Compares all kinds, in the order of the source; one result a kind. */
  public Flux<Comparison> compareAll(Progress.Task progress) {
    return Flux.fromIterable(source.kinds()).concatMap(kind -> compare(kind, progress), 1);
  }

  private <R> Mono<Comparison> compare(RecordKind<R> kind, Progress.Task progress) {
    Flux<HashedRecord<R>> left = hashed(kind, Side.SOURCE, source.export(kind), progress);
    Flux<HashedRecord<R>> right =
        hashed(kind, Side.TARGET, target.export(kind), Progress.Task.SILENT);
    // With a prefetch of one: what is read ahead is bounded by the batches, in bytes.
    return Flux.mergeComparing(
            1, Comparator.comparing(HashedRecord::record, kind.order()), left, right)
        .collect(() -> new Matcher<>(kind), Matcher::add)
        .elapsed()
        .map(matched -> matched.getT2().result(Duration.ofMillis(matched.getT1())));
  }

  /** Hashing takes time: each side does it on a thread of its own. */
  private <R> Flux<HashedRecord<R>> hashed(
      RecordKind<R> kind, Side side, Flux<R> records, Progress.Task progress) {
    return Flux.defer(
        () -> {
          RecordHash<R> hash = new RecordHash<>(kind);
          return batches
              .of(kind, records)
              .publishOn(Schedulers.parallel(), 1)
              .map(batch -> HashedRecord.all(side, batch, hash.all(batch)))
              .doOnNext(batch -> progress.advance(kind.name(), batch.size()))
              // Without a boundary, whoever merges would also hash, and both sides share a thread.
              .publishOn(Schedulers.immediate(), 1)
              .concatMapIterable(batch -> batch, 1);
        });
  }
}
