package io.holdfast.migration.copy;

import io.holdfast.RecordKind;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.proof.KindTree;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Copies every record of a source to a storage, in two {@linkplain Lanes lanes}, chunk after chunk.
 * A chunk that was copied before, and of which the source still has the same, is not written again.
 * While one chunk is being written, the next one is being read and hashed; no more than these two a
 * lane are held, as what is held is what the garbage collector copies.
 */
public final class Copier {

  private static final int SIGNS_A_LEASE = 5;

  /** Enough for the source and the hashing to work at the same time. */
  private static final int RECORDS_AHEAD = 1_000;

  private static final Duration SETTLING = Duration.ofMillis(250);

  private final RecordSource source;
  private final MigrationLedger ledger;
  private final MigrationRun run;
  private final Batches batches;
  private final int workers;
  private final Pace pace;
  private volatile long lastSign = System.nanoTime();

  /** From {@code source} to the storage of {@code ledger}, which {@code run} was taken from. */
  public Copier(
      RecordSource source, MigrationLedger ledger, MigrationRun run, CopyOptions options) {
    this.source = source;
    this.ledger = ledger;
    this.run = run;
    this.batches = options.batches();
    this.workers = options.workers();
    this.pace = new Pace(options.recordsPerSecondMax());
  }

  /** Copies all kinds; one result a kind, that of events last. */
  public Flux<KindCopy> copyAll(Progress.Task progress) {
    return ledger
        .chunks()
        .collect(CopiedChunks::new, CopiedChunks::add)
        .flatMapMany(copied -> copyAll(copied, progress));
  }

  /** As {@link #copyAll}, and offers the target all records, whatever was copied before. */
  public Flux<KindCopy> copyAllAgain(Progress.Task progress) {
    return Flux.defer(() -> copyAll(new CopiedChunks(), progress));
  }

  private Flux<KindCopy> copyAll(CopiedChunks copied, Progress.Task progress) {
    return Lanes.each(source.kinds(), workers, kind -> copy(kind, copied, progress));
  }

  private <R> Mono<KindCopy> copy(RecordKind<R> kind, CopiedChunks copied, Progress.Task progress) {
    return Mono.defer(
            () -> {
              Chunks<R> chunks = new Chunks<>(kind);
              KindTree tree = new KindTree(kind.name());
              // Encoding and hashing take time: a thread of their own, one chunk ahead. There are
              // few
              // parallel ones, and two lanes might get the same.
              Flux<R> records =
                  source.export(kind).publishOn(Schedulers.boundedElastic(), RECORDS_AHEAD);
              Mono<Loaded> loaded =
                  batches
                      .of(kind, records)
                      .map(chunks::next)
                      .doOnNext(chunk -> chunk.hashes().forEach(tree::add))
                      // Else it would be hashed by the thread that has written the one before.
                      .hide()
                      .concatMap(
                          chunk ->
                              load(kind, chunk, copied)
                                  .doOnNext(done -> progress.advance(kind.name(), done.read())),
                          1)
                      .reduce(new Loaded(0, 0, 0), Loaded::plus);
              return (kind.equals(RecordedEvent.KIND) ? keeping(settling(loaded)) : loaded)
                  .flatMap(
                      sum ->
                          keeping(ledger.complete(run, kind.name(), chunks.count()))
                              .map(gone -> sum.of(tree)));
            })
        .elapsed()
        .map(copy -> copy.getT2().in(Duration.ofMillis(copy.getT1())));
  }

  private <R> Mono<Loaded> load(RecordKind<R> kind, Chunks.Chunk<R> chunk, CopiedChunks copied) {
    long read = chunk.records().size();
    return copied.has(chunk.note())
        ? keepIfDue().thenReturn(new Loaded(read, 0, read))
        : ledger
            .load(run, kind, chunk.records(), chunk.note())
            .doOnNext(written -> lastSign = System.nanoTime())
            .delayUntil(written -> rest(pace.after(read)))
            .map(written -> new Loaded(read, written, 0));
  }

  /** {@code loading}, while what has been loaded is settled beside it. */
  private <T> Mono<T> settling(Mono<T> loading) {
    return Mono.defer(
        () -> {
          AtomicBoolean isOver = new AtomicBoolean();
          Mono<Boolean> settled =
              ledger
                  .settle(run)
                  .repeatWhen(ends -> ends.takeWhile(end -> !isOver.get()).delayElements(SETTLING))
                  .then(Mono.just(true));
          return Mono.zip(
              loading.doOnTerminate(() -> isOver.set(true)), settled, (loaded, done) -> loaded);
        });
  }

  /** {@code work}, which may be long, with signs of life. */
  private <T> Mono<T> keeping(Mono<T> work) {
    Mono<T> signs =
        Flux.interval(run.lease().dividedBy(SIGNS_A_LEASE))
            .onBackpressureDrop()
            .concatMap(tick -> ledger.keep(run), 1)
            .then(Mono.never());
    return Mono.firstWithSignal(work, signs);
  }

  /** In short sleeps, with a sign of life after each. */
  private Mono<Void> rest(Duration left) {
    Duration sleep = run.lease().dividedBy(SIGNS_A_LEASE);
    return left.compareTo(sleep) <= 0
        ? Mono.delay(left).then()
        : Mono.delay(sleep)
            .then(Mono.defer(this::keepIfDue))
            .then(Mono.defer(() -> rest(left.minus(sleep))));
  }

  /** A long stretch that is already there must not look as if this process were gone. */
  private Mono<Void> keepIfDue() {
    return Mono.defer(
        () ->
            System.nanoTime() - lastSign < run.lease().toNanos() / SIGNS_A_LEASE
                ? Mono.empty()
                : ledger.keep(run).doOnSuccess(kept -> lastSign = System.nanoTime()));
  }

  private record Loaded(long read, long written, long trusted) {

    Loaded plus(Loaded other) {
      return new Loaded(read + other.read, written + other.written, trusted + other.trusted);
    }

    KindCopy of(KindTree tree) {
      return new KindCopy(tree.sum(), written, trusted, Duration.ZERO);
    }
  }
}
