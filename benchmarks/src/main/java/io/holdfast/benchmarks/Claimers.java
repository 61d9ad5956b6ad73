package io.holdfast.benchmarks;

import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Recorder;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Claimers that take a batch, settle it, and take the next. Now and then one dies with a batch in
 * its hands, and another begins.
 */
final class Claimers {

  static final int COUNT = 8;
  static final int BATCH = 100;
  static final Duration LEASE = Duration.ofMillis(500);

  /** One batch in so many is the last of its claimer, until most of the items are done. */
  private static final int BATCHES_A_LIFE = 60;

  private final UnifiedStorage storage;
  private final ClaimWitness witness = new ClaimWitness(LEASE);
  private final Recorder claimMicros = new Recorder(3);
  private final Recorder settleMicros = new Recorder(3);
  private final AtomicInteger batches = new AtomicInteger();
  private final AtomicInteger deaths = new AtomicInteger();
  private final int items;

  Claimers(UnifiedStorage storage, int items) {
    this.storage = storage;
    this.items = items;
  }

  /** Completes when every item is done. */
  Mono<Void> run() {
    return Flux.range(0, COUNT).flatMap(n -> work(n, 0), COUNT).then();
  }

  private Mono<Void> work(int number, int life) {
    String owner = "claimer-" + number + "-" + life;
    return Mono.defer(() -> turn(owner))
        .repeat(() -> witness.done() < items)
        .takeUntil(alive -> !alive)
        .filter(alive -> !alive)
        .next()
        .flatMap(dead -> work(number, life + 1));
  }

  /** False if it was the last. */
  private Mono<Boolean> turn(String owner) {
    return timed(claimMicros, claim(owner))
        .flatMap(
            claimed -> {
              if (claimed.isEmpty()) {
                return Mono.delay(Duration.ofMillis(5)).thenReturn(true);
              }
              if (dies()) {
                deaths.incrementAndGet();
                return Mono.just(false);
              }
              return timed(settleMicros, settle(claimed)).thenReturn(true);
            });
  }

  private boolean dies() {
    return batches.incrementAndGet() % BATCHES_A_LIFE == 0 && witness.done() < items * 4L / 5;
  }

  private Mono<List<ClaimedLetter>> claim(String owner) {
    return storage
        .deadLetters()
        .claim(ClaimRequest.of(owner, LEASE, BATCH))
        .doOnNext(claimed -> witness.claimed(claimed.claim()))
        .collectList();
  }

  private Mono<Void> settle(List<ClaimedLetter> claimed) {
    return storage
        .deadLetters()
        .settle(claimed.stream().map(letter -> Settlement.done(letter.claim())).toList())
        .doOnNext(witness::settled)
        .then();
  }

  private static <T> Mono<T> timed(Recorder micros, Mono<T> call) {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return call.doOnSuccess(done -> micros.recordValue((System.nanoTime() - start) / 1_000));
        });
  }

  ClaimWitness witness() {
    return witness;
  }

  int deaths() {
    return deaths.get();
  }

  Recorder claimMicros() {
    return claimMicros;
  }

  Recorder settleMicros() {
    return settleMicros;
  }
}
