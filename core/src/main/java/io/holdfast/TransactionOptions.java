package io.holdfast;

import io.holdfast.lock.Lease;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * How a transaction runs.
 *
 * @param isolation what it sees of others
 * @param timeout how long all of it may take: waiting for its turn, every run, the commit; 1 ms to
 *     1 day
 * @param attempts how often {@code work} is run, at most, if the storage rolls it back because it
 *     cannot be fitted in with others: a serialization failure or a deadlock; 1 to {@value
 *     #ATTEMPTS_MAX}
 * @param lease commits only while this is not over; {@code null} without one
 */
public record TransactionOptions(
    Isolation isolation, Duration timeout, int attempts, @Nullable Lease lease) {

  /** The most attempts. */
  public static final int ATTEMPTS_MAX = 1_000;

  private static final Duration TIMEOUT_MIN = Duration.ofMillis(1);

  /** The longest time-out. */
  public static final Duration TIMEOUT_MAX = Duration.ofDays(1);

  /** {@link Isolation#READ_COMMITTED}, a minute, ten attempts, no lease. */
  public static final TransactionOptions DEFAULT =
      new TransactionOptions(Isolation.READ_COMMITTED, Duration.ofMinutes(1), 10, null);

  /** Checks the ranges. */
  public TransactionOptions {
    Objects.requireNonNull(isolation, "isolation");
    if (timeout.compareTo(TIMEOUT_MIN) < 0 || timeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new InvalidInputException(
          "transaction timeout", "must be 1 ms to 1 day, was " + timeout);
    }
    if (attempts < 1 || attempts > ATTEMPTS_MAX) {
      throw new InvalidInputException(
          "transaction attempts", "must be 1 to " + ATTEMPTS_MAX + ", was " + attempts);
    }
  }

  /** Sees others as {@code level} says. */
  public TransactionOptions withIsolation(Isolation level) {
    return new TransactionOptions(level, timeout, attempts, lease);
  }

  /** Takes at most {@code most}, with all that belongs to it. */
  public TransactionOptions withTimeout(Duration most) {
    return new TransactionOptions(isolation, most, attempts, lease);
  }

  /** Is run at most {@code most} times. */
  public TransactionOptions withAttempts(int most) {
    return new TransactionOptions(isolation, timeout, most, lease);
  }

  /** Commits only while {@code held} is not over. */
  public TransactionOptions fencedBy(Lease held) {
    return new TransactionOptions(
        isolation, timeout, attempts, Objects.requireNonNull(held, "lease"));
  }

  /** The transaction, cancelled when its time is up; it fails then. For backends. */
  public <T> Mono<T> limited(Mono<T> transaction) {
    return transaction.timeout(timeout, Mono.error(this::late));
  }

  private UnavailableException late() {
    return new UnavailableException(
        "The transaction took more than "
            + timeout
            + "; rolled back, unless it was being committed just then");
  }
}
