package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.migration.proof.KindTree;
import io.holdfast.migration.proof.RecordHash;
import io.holdfast.transfer.KindSum;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Reads a source and sums it up. Holds two batches. */
public record Summing(RecordSource source, Batches batches) {

  /**
   * The sum of a kind.
   *
   * @param took how long it took to read
   */
  public record Summed(KindSum sum, Duration took) {}

  /** Sums up all records of {@code kind}; never empty. */
  public <R> Mono<Summed> sum(RecordKind<R> kind, Progress.Task progress) {
    return Mono.defer(() -> sum(kind, source.export(kind), batches, progress))
        .elapsed()
        .map(done -> new Summed(done.getT2(), Duration.ofMillis(done.getT1())));
  }

  /** Sums up {@code records}, which come in their order; never empty. */
  public static <R> Mono<KindSum> sum(
      RecordKind<R> kind, Flux<R> records, Batches batches, Progress.Task progress) {
    return Mono.defer(
        () -> {
          RecordHash<R> hash = new RecordHash<>(kind);
          return batches
              .of(kind, records)
              // A thread of its own: of few parallel ones, two lanes might get the same.
              .publishOn(Schedulers.boundedElastic(), 1)
              .map(hash::all)
              .doOnNext(hashes -> progress.advance(kind.name(), hashes.size()))
              .collect(() -> new KindTree(kind.name()), (tree, hashes) -> hashes.forEach(tree::add))
              .map(KindTree::sum);
        });
  }
}
