package io.holdfast.file;

import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterStats;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Adds dead letters up. */
final class DeadLetterTally {

  private final Map<Integer, Long> byFailures = new TreeMap<>();
  private long total;
  private long eligible;
  private @Nullable Instant oldest;
  private @Nullable Instant newest;

  void add(DeadLetter letter) {
    total++;
    eligible += letter.state().eligible() ? 1 : 0;
    byFailures.merge(letter.failures().size(), 1L, Long::sum);
    Instant at = letter.createdAt();
    oldest = oldest == null || at.isBefore(oldest) ? at : oldest;
    newest = newest == null || at.isAfter(newest) ? at : newest;
  }

  DeadLetterStats stats() {
    return new DeadLetterStats(total, eligible, byFailures, oldest, newest);
  }
}
