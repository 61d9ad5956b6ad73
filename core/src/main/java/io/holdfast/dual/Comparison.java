package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.subscription.Gather;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Goes over all records of one kind on both sides, in order, page by page, and makes the following
 * side like the leading one. What is missing there is copied in batches at first; what the leading
 * side has deleted since it was read is found by going over all of it once more.
 */
final class Comparison<R> {

  private static final int AHEAD = 64;
  private static final int BATCH = 256;

  /** About: records are gathered up to eight megabytes, and most are small. */
  private static final long RECORD_BYTES = 1_000;

  private final Sides sides;
  private final RecordKind<R> kind;
  private final Copier<R> copier;

  Comparison(Sides sides, RecordKind<R> kind, Pending pending) {
    this.sides = sides;
    this.kind = kind;
    this.copier = new Copier<>(sides, kind, pending);
  }

  private record Seen<R>(R record, boolean leads) {}

  /** A record that is not the same on both sides; of which one may lack it. */
  private record Difference<R>(RecordKey key, Optional<R> wanted, boolean isThere) {

    boolean isMissing() {
      return !isThere;
    }
  }

  /** Completes when both were the same once; fails if one cannot be read, or not be written. */
  Mono<Void> run() {
    return fill().flatMap(filled -> filled == 0 ? Mono.empty() : settle()).then(Mono.empty());
  }

  /** How many records were missing. */
  private Mono<Long> fill() {
    return Gather.upTo(BATCH, this::sizeBytes, differences())
        .concatMap(
            batch ->
                load(batch.stream().filter(Difference::isMissing).toList())
                    .flatMap(
                        loaded ->
                            settle(batch.stream().filter(Difference::isThere).toList())
                                .thenReturn(loaded)),
            1)
        .reduce(0L, Long::sum);
  }

  private Mono<Long> load(List<Difference<R>> missing) {
    List<R> records = missing.stream().flatMap(one -> one.wanted().stream()).toList();
    return records.isEmpty()
        ? Mono.just(0L)
        : sides.to(kind).load(records).thenReturn((long) records.size());
  }

  private Mono<Void> settle() {
    return Gather.upTo(BATCH, this::sizeBytes, differences()).concatMap(this::settle, 1).then();
  }

  private Mono<Void> settle(List<Difference<R>> differences) {
    return copier
        .copy(differences.stream().map(Difference::key).toList())
        .concatMap(copied -> Mono.justOrEmpty(copied.failure()).flatMap(Mono::<Void>error))
        .then();
  }

  private long sizeBytes(Difference<R> difference) {
    return difference.wanted().map(record -> (long) kind.encode(record).sizeBytes()).orElse(0L)
        + RECORD_BYTES;
  }

  private Flux<Difference<R>> differences() {
    Flux<Seen<R>> wanted = sides.from(kind).export().map(record -> new Seen<>(record, true));
    Flux<Seen<R>> there = sides.to(kind).export().map(record -> new Seen<>(record, false));
    Comparator<Seen<R>> order = Comparator.comparing(Seen::record, kind.order());
    return Flux.mergeComparing(AHEAD, order, wanted, there)
        .bufferUntilChanged(seen -> kind.identity(seen.record()))
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
