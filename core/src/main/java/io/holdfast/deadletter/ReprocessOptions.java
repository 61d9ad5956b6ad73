package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.Objects;

/**
 * How dead letters are worked on again. Start from {@link #defaults()}.
 *
 * @param parallelism how many items at once, 1 to {@value #PARALLELISM_MAX}; with a {@linkplain
 *     LetterHandler.Transactional transactional handler} at most as many as PostgreSQL has
 *     connections, and in files one after the other
 * @param itemTimeout how long the handler may take for one attempt at an item, 1 ms to 24 h
 * @param attempts how often an item is tried, 1 to {@value #ATTEMPTS_MAX}; then it is given up
 * @param backoff how long it waits in between
 * @param leaseDuration how long this process may be silent until others take its items, {@linkplain
 *     LeaseDuration#check 100 ms to 24 h}
 * @param force also what was given up, or is not due yet
 */
public record ReprocessOptions(
    int parallelism,
    Duration itemTimeout,
    int attempts,
    Backoff backoff,
    Duration leaseDuration,
    boolean force) {

  /** The most items at once. */
  public static final int PARALLELISM_MAX = 256;

  /** The most attempts. */
  public static final int ATTEMPTS_MAX = 100;

  private static final Duration TIMEOUT_MAX = Duration.ofHours(24);

  private static final ReprocessOptions DEFAULTS =
      new ReprocessOptions(
          5,
          Duration.ofMinutes(5),
          3,
          Backoff.exponential(Duration.ofSeconds(1), Duration.ofMinutes(1)),
          Duration.ofSeconds(30),
          false);

  /** Checks the numbers. */
  public ReprocessOptions {
    Objects.requireNonNull(backoff, "backoff");
    LeaseDuration.check(leaseDuration);
    checkNumber("parallelism", parallelism, PARALLELISM_MAX);
    checkNumber("attempts", attempts, ATTEMPTS_MAX);
    if (itemTimeout.compareTo(Duration.ofMillis(1)) < 0 || itemTimeout.compareTo(TIMEOUT_MAX) > 0) {
      throw new InvalidInputException(
          "item time-out", "must be 1 ms to " + TIMEOUT_MAX + ", was " + itemTimeout);
    }
  }

  private static void checkNumber(String what, int number, int most) {
    if (number < 1 || number > most) {
      throw new InvalidInputException(what, "must be 1 to " + most + ", was " + number);
    }
  }

  /** Five at once, five minutes each, three attempts after 1 s and 2 s, a lease of 30 s. */
  public static ReprocessOptions defaults() {
    return DEFAULTS;
  }

  /** Works on so many items at once. */
  public ReprocessOptions withParallelism(int atOnce) {
    return new ReprocessOptions(atOnce, itemTimeout, attempts, backoff, leaseDuration, force);
  }

  /** Gives each attempt so long. */
  public ReprocessOptions withItemTimeout(Duration timeout) {
    return new ReprocessOptions(parallelism, timeout, attempts, backoff, leaseDuration, force);
  }

  /** Tries each item so often. */
  public ReprocessOptions withAttempts(int times) {
    return new ReprocessOptions(parallelism, itemTimeout, times, backoff, leaseDuration, force);
  }

  /** Waits so long in between. */
  public ReprocessOptions withBackoff(Backoff how) {
    return new ReprocessOptions(parallelism, itemTimeout, attempts, how, leaseDuration, force);
  }

  /** May be silent for so long. */
  public ReprocessOptions withLeaseDuration(Duration duration) {
    return new ReprocessOptions(parallelism, itemTimeout, attempts, backoff, duration, force);
  }

  /** Takes also what was given up, or is not due yet. */
  public ReprocessOptions forced() {
    return new ReprocessOptions(parallelism, itemTimeout, attempts, backoff, leaseDuration, true);
  }
}
