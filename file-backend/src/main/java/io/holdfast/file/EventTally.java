package io.holdfast.file;

import io.holdfast.event.EventStats;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Adds events up. */
final class EventTally {

  private final Map<String, Long> byType = new HashMap<>();
  private long total;
  private long succeeded;
  private long failed;
  private @Nullable Instant first;
  private @Nullable Instant last;

  void add(RecordedEvent event) {
    total++;
    byType.merge(event.type(), 1L, Long::sum);
    JsonNode success = event.data().tree().get("success");
    if (success != null && success.isBoolean()) {
      succeeded += success.booleanValue() ? 1 : 0;
      failed += success.booleanValue() ? 0 : 1;
    }
    Instant at = event.createdAt();
    first = first == null || at.isBefore(first) ? at : first;
    last = last == null || at.isAfter(last) ? at : last;
  }

  EventStats stats() {
    return new EventStats(total, byType, succeeded, failed, first, last);
  }
}
