package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import java.time.Duration;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Work items that failed, with every failure. An item is claimed under a lease and stays until it
 * is done, so that a worker that dies loses nothing.
 */
public interface DeadLetterQueue {

  /**
   * Adds a failed item; if it is there already, keeps its data and adds {@code failure} to its
   * history, unless a failure with that attempt number is in it. A live claim stays alive.
   *
   * @return the dead letter; never empty
   */
  Mono<DeadLetter> add(DeadLetterKey key, Json data, Failure failure);

  /** The dead letter; empty if there is none. */
  Mono<DeadLetter> find(DeadLetterKey key);

  /** The dead letter; fails with {@link NotFoundException} if there is none. */
  default Mono<DeadLetter> get(DeadLetterKey key) {
    return find(key)
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Dead letter", key.toString())));
  }

  /** The dead letters that match, by job, then by item; empty if there is none. */
  Flux<DeadLetter> list(DeadLetterFilter filter);

  /**
   * Takes up to {@code request.limit()} items that are eligible, due and under no live lease, the
   * longest due first. Concurrent claimers get different items. Empty if there is nothing to do.
   * What was claimed but never arrived (the caller cancelled) comes back when its lease ends.
   */
  Flux<ClaimedLetter> claim(ClaimRequest request);

  /**
   * Ends a claim. Fails with {@link LockLostException} if the item was claimed again since, or is
   * gone; a lease that merely ran out is still good. Repeating {@link Outcome.Done} after it was
   * applied fails in the same way: the item is gone, as it should be.
   */
  Mono<Void> settle(Claim claim, Outcome outcome);

  /** Deletes the item, claimed or not; harmless if there is none. */
  Mono<Void> delete(DeadLetterKey key);

  /**
   * Deletes the items that were first added longer than {@code age} ago.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> purge(Duration age);

  /** The dead letters of a job in numbers; never empty. */
  Mono<DeadLetterStats> stats(JobId job);
}
