package io.holdfast.deadletter;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.LockLostException;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.util.retry.Retry;

/**
 * One attempt at an item, and what becomes of it.
 *
 * @param storage where the item is
 * @param options how long, how often
 * @param handler what to do
 * @param held the claims of the run
 * @param waiting where an item waits that has failed
 * @param tally where it is counted
 */
record ItemWork(
    UnifiedStorage storage,
    ReprocessOptions options,
    LetterHandler handler,
    HeldClaims held,
    WaitingItems waiting,
    ReprocessTally tally) {

  /** What a transaction has beside the time of its item: to wait until it begins, and to end. */
  private static final Duration AROUND = Duration.ofMinutes(1);

  private static final Duration PAUSE = Duration.ofMillis(100);

  /** Fails only if the storage does. */
  Mono<Void> on(ClaimedLetter item) {
    return Mono.defer(
        () -> {
          int failed = waiting.remove(item.claim().key());
          tally.attempted();
          return attempt(item)
              .then(Mono.<Void>fromRunnable(tally::succeeded))
              .onErrorResume(
                  ItemFailed.class, error -> settle(item.claim(), failed + 1, error.reason()))
              .onErrorResume(LockLostException.class, lost -> Mono.fromRunnable(tally::skipped))
              .then(Mono.fromRunnable(() -> held.remove(item.claim())));
        });
  }

  private Mono<Void> attempt(ClaimedLetter item) {
    if (handler instanceof LetterHandler.Transactional transactional) {
      return whileHeld(item, transaction(item, transactional));
    }
    LetterHandler.Plain plain = (LetterHandler.Plain) handler;
    Mono<Void> work =
        inTime(() -> plain.work().apply(item))
            .onErrorMap(ItemFailed::new)
            .subscribeOn(Schedulers.boundedElastic());
    return whileHeld(item, work)
        .then(Mono.defer(() -> storage.deadLetters().settle(item.claim(), new Outcome.Done())));
  }

  private Mono<Void> whileHeld(ClaimedLetter item, Mono<Void> work) {
    return Mono.firstWithSignal(work, held.<Void>loss(item.claim()));
  }

  /** The clock starts with the handler: waiting for a thread or for a turn is not its fault. */
  private Mono<Void> inTime(Supplier<Mono<Void>> work) {
    Duration most = options.itemTimeout();
    return Mono.defer(work).timeout(most, Mono.error(() -> tooLate(most)));
  }

  private static TimeoutException tooLate(Duration most) {
    return new TimeoutException("Not done within " + most);
  }

  /** The claim ends with what the handler writes, or neither happens. */
  private Mono<Void> transaction(ClaimedLetter item, LetterHandler.Transactional transactional) {
    return Mono.defer(
            () -> {
              AtomicBoolean begun = new AtomicBoolean();
              return storage
                  .inTransaction(
                      transactionOptions(),
                      tx ->
                          inTime(
                                  () -> {
                                    begun.set(true);
                                    held.ending(item.claim(), false);
                                    return transactional.work().apply(tx, item);
                                  })
                              .onErrorMap(ItemWork::isOfHandler, ItemFailed::new)
                              .subscribeOn(Schedulers.boundedElastic())
                              .then(Mono.fromRunnable(() -> held.ending(item.claim(), true)))
                              .then(
                                  Mono.defer(
                                      () ->
                                          tx.deadLetters()
                                              .settle(item.claim(), new Outcome.Done()))))
                  // The storage ended it while the handler was at it: that may well be its doing.
                  .onErrorMap(
                      UnavailableException.class,
                      error -> begun.get() ? new ItemFailed(error) : error);
            })
        .retryWhen(untilItBegins());
  }

  /**
   * The others may have all connections, for as long as their handlers take. It ends with the
   * claim, too: a storage that is away does not renew it.
   */
  private Retry untilItBegins() {
    long first = System.nanoTime();
    long most = options.itemTimeout().plus(AROUND).toNanos();
    return Retry.fixedDelay(Long.MAX_VALUE, PAUSE)
        .filter(error -> error instanceof UnavailableException && System.nanoTime() - first < most);
  }

  private TransactionOptions transactionOptions() {
    Duration most = options.itemTimeout().plus(AROUND);
    boolean isAllowed = most.compareTo(TransactionOptions.TIMEOUT_MAX) <= 0;
    return TransactionOptions.DEFAULT.withTimeout(
        isAllowed ? most : TransactionOptions.TIMEOUT_MAX);
  }

  /** What the storage says of itself, or of the claim, is not the item's fault. */
  private static boolean isOfHandler(Throwable error) {
    return !(error instanceof UnavailableException);
  }

  private Mono<Void> settle(Claim claim, int failed, Throwable error) {
    boolean isLast = failed >= options.attempts();
    Duration delay = options.backoff().after(failed);
    if (!isLast) {
      // Before it can be claimed again: whoever claims it has to know how often it has failed.
      waiting.addHeld(claim.key(), failed, System.nanoTime());
    }
    return storage
        .inTransaction(
            tx ->
                current(tx.deadLetters(), claim)
                    .map(letter -> failure(letter, claim, error))
                    .flatMap(
                        failure ->
                            tx.deadLetters()
                                .settle(
                                    claim,
                                    isLast
                                        ? new Outcome.GiveUp(failure)
                                        : new Outcome.Retry(failure, delay))
                                .thenReturn(failure)))
        .doOnNext(
            failure -> {
              if (isLast) {
                tally.gaveUp(claim.key(), failure);
              } else {
                waiting.release(claim.key(), System.nanoTime() + delay.toNanos());
              }
            })
        .doOnError(unsettled -> waiting.forget(claim.key()))
        .then();
  }

  /**
   * The item as it is now. Renewing the claim keeps others from adding to it until the end of the
   * transaction: a failure with the number of this one, and this one would count as reported.
   */
  private Mono<DeadLetter> current(DeadLetterQueue letters, Claim claim) {
    return letters
        .renew(List.of(claim), options.leaseDuration())
        .next()
        .flatMap(renewed -> letters.find(claim.key()))
        .switchIfEmpty(
            Mono.error(() -> new LockLostException(claim.key().toString(), claim.token())));
  }

  private static Failure failure(DeadLetter letter, Claim claim, Throwable error) {
    Json details = new JsonWriter().text("owner", claim.owner()).end();
    return Failure.of(letter.nextAttempt(), error, details);
  }

  /** The item's handler has failed, or took too long. */
  private static final class ItemFailed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ItemFailed(Throwable reason) {
      super("The handler of a dead letter failed", reason, false, false);
    }

    Throwable reason() {
      return getCause() == null ? this : getCause();
    }
  }
}
