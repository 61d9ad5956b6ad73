package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.subscription.Gather;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Goes over all records of one kind on both sides, in order, page by page. What the following side
 * lacks is loaded there in batches; what differs is handed on, to be copied one by one. What was
 * loaded and had been deleted since it was read is found by going over all of it once more.
 */
final class Comparison<R> {

  private static final int AHEAD = 64;

  /** Checkpoints may be large. */
  private static final int LARGE_AHEAD = 2;

  private static final int BATCH = 256;

  /** About: records are gathered up to eight megabytes, and most are small. */
  private static final long RECORD_BYTES = 1_000;

  private final Sides sides;
  private final RecordKind<R> kind;
  private final Mono<Void> leads;
  private final Function<List<RecordKey>, Mono<Void>> settling;
  private final Mono<Void> stopping;

  /**
   * {@code leads} fails if another side leads by now; {@code settling} completes when records have
   * been copied; {@code stopping} breaks it off.
   */
  Comparison(
      Sides sides,
      RecordKind<R> kind,
      Mono<Void> leads,
      Function<List<RecordKey>, Mono<Void>> settling,
      Mono<Void> stopping) {
    this.sides = sides;
    this.kind = kind;
    this.leads = leads;
    this.settling = settling;
    this.stopping = stopping;
  }

  private record Seen<R>(R record, boolean leads) {}

  /** A record that is not the same on both sides; of which one may lack it. */
  private record Difference<R>(RecordKey key, Optional<R> wanted, boolean isThere) {

    boolean isMissing() {
      return !isThere;
    }
  }

  /** Completes when both were the same once; fails if one cannot be read, or not be loaded. */
  Mono<Void> run() {
    return fill()
        .filter(loaded -> loaded > 0)
        .flatMapMany(loaded -> batches())
        .concatMap(batch -> settle(batch), 1)
        .then();
  }

  /** How many records were missing. */
  private Mono<Long> fill() {
    return batches()
        .concatMap(
            batch ->
                load(batch.stream().filter(Difference::isMissing).toList())
                    .delayUntil(
                        loaded -> settle(batch.stream().filter(Difference::isThere).toList())),
            1)
        .reduce(0L, Long::sum);
  }

  private Flux<List<Difference<R>>> batches() {
    return Gather.upTo(BATCH, this::sizeBytes, differences());
  }

  private Mono<Long> load(List<Difference<R>> missing) {
    List<R> records = missing.stream().flatMap(one -> one.wanted().stream()).toList();
    return records.isEmpty()
        ? Mono.just(0L)
        : leads.then(sides.to(kind).load(records)).thenReturn((long) records.size());
  }

  private Mono<Void> settle(List<Difference<R>> differences) {
    return differences.isEmpty()
        ? Mono.empty()
        : settling.apply(differences.stream().map(Difference::key).toList());
  }

  private long sizeBytes(Difference<R> difference) {
    return difference.wanted().map(record -> (long) kind.encode(record).sizeBytes()).orElse(0L)
        + RECORD_BYTES;
  }

  private Flux<Difference<R>> differences() {
    Flux<Seen<R>> wanted = sides.from(kind).export().map(record -> new Seen<>(record, true));
    Flux<Seen<R>> there = sides.to(kind).export().map(record -> new Seen<>(record, false));
    int ahead = kind.equals(Checkpoint.KIND) ? LARGE_AHEAD : AHEAD;
    Comparator<Seen<R>> order = Comparator.comparing(Seen::record, kind.order());
    return Flux.mergeComparing(ahead, order, wanted, there)
        .bufferUntilChanged(seen -> kind.identity(seen.record()))
        // Large states take their time to be compared: not that of whoever has read them.
        .publishOn(Schedulers.boundedElastic(), ahead)
        .takeUntilOther(stopping)
        .filter(this::isDifferent)
        .map(this::difference);
  }

  private boolean isDifferent(List<Seen<R>> same) {
    return same.size() < 2
        || !kind.encode(same.get(0).record()).equals(kind.encode(same.get(1).record()));
  }

  private Difference<R> difference(List<Seen<R>> same) {
    return new Difference<>(
        kind.identity(same.get(0).record()),
        same.stream().filter(Seen::leads).map(Seen::record).findFirst(),
        same.stream().anyMatch(seen -> !seen.leads()));
  }
}
