package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * A work item that failed, with every failure.
 *
 * @param key which item of which job
 * @param data the item itself
 * @param failures at least one, oldest first
 * @param state whether it may be worked on
 * @param createdAt when it was first added, by the storage's clock
 * @param updatedAt when it last changed, by the storage's clock
 */
public record DeadLetter(
    DeadLetterKey key,
    Json data,
    List<Failure> failures,
    DeadLetterState state,
    Instant createdAt,
    Instant updatedAt) {

  /** How dead letters are named, ordered and written. */
  public static final RecordKind<DeadLetter> KIND = new DeadLetterKind();

  /** Requires a failure, cuts the times. */
  public DeadLetter {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(data, "data");
    Objects.requireNonNull(state, "state");
    failures = List.copyOf(failures);
    if (failures.isEmpty()) {
      throw new InvalidInputException("dead letter " + key, "has no failure");
    }
    createdAt = StorageTime.check("created at", createdAt);
    updatedAt = StorageTime.check("updated at", updatedAt);
  }

  /** The newest failure. */
  public Failure lastFailure() {
    return failures.get(failures.size() - 1);
  }

  /** The number of an attempt that is not in its history: higher than all in it. */
  public int nextAttempt() {
    return failures.stream().mapToInt(Failure::attempt).max().orElse(0) + 1;
  }

  /** What groups it with others: the signature of its newest failure. */
  public String signature() {
    return lastFailure().signature();
  }
}
