package io.holdfast.deadletter;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The dead letters of a job in numbers; zero and {@code null} if there is none.
 *
 * @param total how many
 * @param eligible how many may be claimed now or later
 * @param byFailures how many have failed this many times
 * @param oldest when the first one was added
 * @param newest when the last one was added
 */
public record DeadLetterStats(
    long total,
    long eligible,
    Map<Integer, Long> byFailures,
    @Nullable Instant oldest,
    @Nullable Instant newest) {

  /** Copies the map. */
  public DeadLetterStats {
    byFailures = Map.copyOf(byFailures);
  }

  /** How often an item has failed on average; 0 if there is none. */
  public double averageFailures() {
    long failures =
        byFailures.entrySet().stream().mapToLong(group -> group.getKey() * group.getValue()).sum();
    return total == 0 ? 0 : (double) failures / total;
  }
}
