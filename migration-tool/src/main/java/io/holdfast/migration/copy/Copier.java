package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.UnifiedStorage;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Copies every record of a source to a storage, kind after kind. While one batch is being written,
 * the next one is being read; no more than that is held.
 */
public final class Copier {

  private final RecordSource source;
  private final UnifiedStorage target;
  private final Batches batches;

  /** From {@code source} to {@code target}. */
  public Copier(RecordSource source, UnifiedStorage target, Batches batches) {
    this.source = source;
    this.target = target;
    this.batches = batches;
  }

  /** Copies all kinds, in the order of the source; one result a kind. */
  public Flux<KindCopy> copyAll(Progress.Task progress) {
    return Flux.fromIterable(source.kinds()).concatMap(kind -> copy(kind, progress), 1);
  }

  private <R> Mono<KindCopy> copy(RecordKind<R> kind, Progress.Task progress) {
    RecordTransfer<R> into = target.transfer(kind);
    return batches
        .of(kind, source.export(kind))
        .concatMap(
            batch -> load(into, batch).doOnNext(done -> progress.advance(kind.name(), done.read())),
            1)
        .reduce(new Loaded(0, 0), Loaded::plus)
        .elapsed()
        .map(sum -> sum.getT2().of(kind.name(), Duration.ofMillis(sum.getT1())));
  }

  /** Encoding takes time: it belongs neither on the reader's thread nor on an event loop. */
  private static <R> Mono<Loaded> load(RecordTransfer<R> into, List<R> batch) {
    return Mono.defer(() -> into.load(batch))
        .subscribeOn(Schedulers.parallel())
        .map(written -> new Loaded(batch.size(), written));
  }

  private record Loaded(long read, long written) {

    Loaded plus(Loaded other) {
      return new Loaded(read + other.read, written + other.written);
    }

    KindCopy of(String kind, Duration took) {
      return new KindCopy(kind, read, written, took);
    }
  }
}
