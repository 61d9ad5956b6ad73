package io.holdfast.deadletter;

import io.holdfast.deadletter.ReprocessResult.GivenUp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds up what comes of the items. */
final class ReprocessTally {

  private final long start = System.nanoTime();
  private final List<GivenUp> failures = new ArrayList<>();
  private final Map<String, Long> signatures = new HashMap<>();
  private long succeeded;
  private long failed;
  private long skipped;
  private long attempts;

  synchronized void attempted() {
    attempts++;
  }

  synchronized void succeeded() {
    succeeded++;
  }

  synchronized void skipped() {
    skipped++;
  }

  synchronized void gaveUp(DeadLetterKey key, Failure failure) {
    failed++;
    if (failures.size() < ReprocessResult.FAILURES_MAX) {
      failures.add(new GivenUp(key, failure));
    }
    String signature = failure.signature();
    if (signatures.containsKey(signature) || signatures.size() < ReprocessResult.SIGNATURES_MAX) {
      signatures.merge(signature, 1L, Long::sum);
    }
  }

  synchronized ReprocessResult result() {
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    return new ReprocessResult(
        succeeded, failed, skipped, attempts, duration, failures, signatures);
  }
}
