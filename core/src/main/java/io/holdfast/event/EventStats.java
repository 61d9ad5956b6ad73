package io.holdfast.event;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A job in numbers; all zero and {@code null} for a job without events.
 *
 * @param total how many events
 * @param byType how many of each type
 * @param succeeded how many with {@code "success": true} in their data
 * @param failed how many with {@code "success": false} in their data
 * @param first when the earliest happened
 * @param last when the latest happened
 */
public record EventStats(
    long total,
    Map<String, Long> byType,
    long succeeded,
    long failed,
    @Nullable Instant first,
    @Nullable Instant last) {

  /** Copies the map. */
  public EventStats {
    byType = Map.copyOf(byType);
  }
}
