package io.holdfast.postgres;

import java.time.Duration;

/**
 * How much the lanes of one storage hold.
 *
 * @param requests the most appends that wait or are being written
 * @param bytes the most bytes of their events; one that is larger alone is let in alone
 * @param patience how long an append waits before it is sent, for room or in its lane's queue
 */
record AppendLimits(int requests, long bytes, Duration patience) {

  static final AppendLimits DEFAULT =
      new AppendLimits(16_384, 256L * 1024 * 1024, Duration.ofSeconds(30));

  /** How many more may wait for room; beyond that they are refused at once. */
  static final int OUTSIDE_MAX = 100_000;
}
