package io.holdfast.deadletter;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What came of working on dead letters again.
 *
 * @param succeeded how many items were done
 * @param failed how many were given up, after as many attempts as they may have
 * @param skipped how many were taken over by others, or deleted, meanwhile
 * @param attempts how many attempts there were in all
 * @param duration how long it took
 * @param failures which ones were given up and why, the first {@value #FAILURES_MAX}
 * @param signatures how many were given up with which signature; at most {@value #SIGNATURES_MAX}
 */
public record ReprocessResult(
    long succeeded,
    long failed,
    long skipped,
    long attempts,
    Duration duration,
    List<GivenUp> failures,
    Map<String, Long> signatures) {

  /** How many failures are kept. */
  public static final int FAILURES_MAX = 100;

  /** How many signatures are counted. */
  public static final int SIGNATURES_MAX = 100;

  /** Copies the collections. */
  public ReprocessResult {
    failures = List.copyOf(failures);
    signatures = Map.copyOf(signatures);
  }

  /** How many items were taken. */
  public long total() {
    return succeeded + failed + skipped;
  }

  /** An item that was given up, and its last failure. */
  public record GivenUp(DeadLetterKey key, Failure failure) {}
}
