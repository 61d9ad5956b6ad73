package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventMonth;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.JobEvents;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Events of a bulk append that are to be a chunk. Full before it is more than a batch may be. */
final class Gathering {

  private static final int EVENTS = 10_000;
  private static final long BYTES = 4L * 1024 * 1024;
  private static final long DAY_SECONDS = 24 * 60 * 60;

  private final Map<JobId, List<Event>> byJob = new LinkedHashMap<>();
  private final Set<YearMonth> months = new HashSet<>();
  private long day = Long.MIN_VALUE;
  private int events;
  private long bytes;

  void add(JobEvent event) {
    byJob.computeIfAbsent(event.job(), job -> new ArrayList<>()).add(event.event());
    events++;
    bytes += event.event().data().sizeBytes();
    Instant time = event.event().createdAt();
    // A calendar is slow, and most events are of the same day as the one before.
    if (time != null && Math.floorDiv(time.getEpochSecond(), DAY_SECONDS) != day) {
      day = Math.floorDiv(time.getEpochSecond(), DAY_SECONDS);
      months.add(EventMonth.of(time));
    }
  }

  boolean isEmpty() {
    return events == 0;
  }

  boolean isFull() {
    return events >= EVENTS || bytes >= BYTES || months.size() >= EventBatch.MONTHS_MAX;
  }

  EventBatch batch() {
    List<JobEvents> parts = new ArrayList<>(byJob.size());
    byJob.forEach((job, its) -> parts.add(new JobEvents(job, ExpectedVersion.any(), its)));
    return new EventBatch(BatchId.unique(), parts);
  }
}
