package io.holdfast.dual;

import io.holdfast.RecordKey;
import io.holdfast.RecordTransfer;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The records of a side that may hang. A step that takes too long fails, and after it each further
 * one at once: this is for one piece of work, and the next one asks again.
 */
final class TimedTransfer<R> implements RecordTransfer<R> {

  private final RecordTransfer<R> transfer;
  private final Duration patience;
  private volatile boolean isHanging;

  TimedTransfer(RecordTransfer<R> transfer, Duration patience) {
    this.transfer = transfer;
    this.patience = patience;
  }

  /** Fails if nothing comes for {@code patience}. */
  static UnavailableException late(Duration patience) {
    return new UnavailableException("There was no answer within " + patience);
  }

  private <T> Mono<T> inTime(Mono<T> step) {
    return Mono.defer(
        () ->
            isHanging
                ? Mono.error(late(patience))
                : step.timeout(patience, Mono.defer(this::hangs)));
  }

  private <T> Mono<T> hangs() {
    isHanging = true;
    return Mono.error(late(patience));
  }

  /** Until the first record: how long others take is up to whoever reads as well. */
  @Override
  public Flux<R> export() {
    return transfer
        .export()
        .timeout(Mono.delay(patience))
        .onErrorMap(TimeoutException.class, error -> late(patience));
  }

  @Override
  public Mono<Long> count() {
    return inTime(transfer.count());
  }

  @Override
  public Mono<R> find(RecordKey key) {
    return inTime(transfer.find(key));
  }

  @Override
  public Mono<Long> load(List<R> records) {
    return inTime(transfer.load(records));
  }

  @Override
  public Mono<Void> remove(RecordKey key) {
    return inTime(transfer.remove(key));
  }
}
