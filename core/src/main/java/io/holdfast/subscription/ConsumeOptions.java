package io.holdfast.subscription;

import io.holdfast.InvalidInputException;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.Objects;

/**
 * How a subscription is worked on. Start from {@link #defaults()}.
 *
 * @param slices how many slices the jobs are spread over, 1 to {@value Slice#COUNT_MAX}; the same
 *     for all members. No more members than this have work
 * @param start where the subscription begins; counts only when it is created
 * @param concurrency how many jobs a member works on at once, or in how many transactions, 1 to 256
 * @param batchSize the most events between two writes of the progress, 1 to 10,000
 * @param leaseDuration how long a member may be silent until others take its slices, {@linkplain
 *     LeaseDuration#check 100 ms to 24 h}
 * @param failures what becomes of an event whose handler fails
 */
public record ConsumeOptions(
    int slices,
    StartFrom start,
    int concurrency,
    int batchSize,
    Duration leaseDuration,
    FailurePolicy failures) {

  private static final int CONCURRENCY_MAX = 256;
  private static final int BATCH_SIZE_MAX = 10_000;

  private static final ConsumeOptions DEFAULTS =
      new ConsumeOptions(
          Slice.COUNT_DEFAULT,
          StartFrom.beginning(),
          8,
          500,
          Duration.ofSeconds(15),
          FailurePolicy.DEFAULT);

  /** Checks the numbers. */
  public ConsumeOptions {
    int unused = Slice.checkCount(slices);
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(failures, "failures");
    LeaseDuration.check(leaseDuration);
    if (concurrency < 1 || concurrency > CONCURRENCY_MAX) {
      throw new InvalidInputException(
          "concurrency", "must be 1 to " + CONCURRENCY_MAX + ", was " + concurrency);
    }
    if (batchSize < 1 || batchSize > BATCH_SIZE_MAX) {
      throw new InvalidInputException(
          "batch size", "must be 1 to " + BATCH_SIZE_MAX + ", was " + batchSize);
    }
  }

  /** 64 slices, from the beginning, 8 at once, 500 a batch, 15 s, {@link FailurePolicy#DEFAULT}. */
  public static ConsumeOptions defaults() {
    return DEFAULTS;
  }

  /** Spreads the jobs over so many slices. */
  public ConsumeOptions withSlices(int count) {
    return new ConsumeOptions(count, start, concurrency, batchSize, leaseDuration, failures);
  }

  /** Begins there, when the subscription is created. */
  public ConsumeOptions startingFrom(StartFrom from) {
    return new ConsumeOptions(slices, from, concurrency, batchSize, leaseDuration, failures);
  }

  /** Works on so many jobs at once. */
  public ConsumeOptions withConcurrency(int atOnce) {
    return new ConsumeOptions(slices, start, atOnce, batchSize, leaseDuration, failures);
  }

  /** Writes the progress after so many events at most. */
  public ConsumeOptions withBatchSize(int events) {
    return new ConsumeOptions(slices, start, concurrency, events, leaseDuration, failures);
  }

  /** May be silent for so long. */
  public ConsumeOptions withLeaseDuration(Duration duration) {
    return new ConsumeOptions(slices, start, concurrency, batchSize, duration, failures);
  }

  /** Does this with events whose handler fails. */
  public ConsumeOptions withFailures(FailurePolicy policy) {
    return new ConsumeOptions(slices, start, concurrency, batchSize, leaseDuration, policy);
  }
}
