package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Work items that failed, with every failure. An item is claimed under a lease and stays until it
 * is done, so that a worker that dies loses nothing.
 */
public interface DeadLetterQueue extends DeadLetterClaims, DeadLetterReports {

  /**
   * Adds a failed item; if it is there already, keeps its data and adds {@code failure} to its
   * history, unless a failure with that attempt number is in it. A live claim stays alive. There is
   * no limit to how many there are: see {@link BoundedDeadLetters} for one.
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

  /**
   * Makes dead letters that were given up, or that wait, claimable at once: those that match, in
   * the order of the list, at most the filter's limit. What is under a live claim, or claimable
   * already, is left alone, so that repeating goes on until nothing is left to do. Their failures
   * stay.
   *
   * @return how many have become claimable; never empty
   */
  Mono<Long> redrive(DeadLetterFilter filter);

  /** Deletes the item, claimed or not; harmless if there is none. */
  Mono<Void> delete(DeadLetterKey key);

  /**
   * Deletes the items that match, claimed or not, in the order of the list, at most the filter's
   * limit.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> purge(DeadLetterFilter filter);

  /**
   * Deletes the items that were first added longer than {@code age} ago, claimed or not. Fails with
   * {@link InvalidInputException} if the age is negative.
   *
   * @return how many were deleted; never empty
   */
  Mono<Long> purge(Duration age);
}
