package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import java.time.Instant;
import java.time.YearMonth;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Events for one or several jobs that are appended all or none.
 *
 * @param id names this append; repeating it returns the first result
 * @param parts one for each job, each job once
 */
public record EventBatch(BatchId id, List<JobEvents> parts) {

  /** The most events of one batch. */
  public static final int EVENTS_MAX = 10_000;

  /** The most bytes of event data of one batch: 64 MiB. */
  public static final int BYTES_MAX = 64 * 1024 * 1024;

  /** Over how many months the times of a batch's events may be spread. */
  public static final int MONTHS_MAX = 120;

  private static final long DAY_SECONDS = 24 * 60 * 60;

  /** Requires at least one part and different jobs, and enforces the limits. */
  public EventBatch {
    Objects.requireNonNull(id, "id");
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new InvalidInputException("event batch", "no events");
    }
    checkJobs(parts);
    checkSize(parts);
    checkMonths(parts);
  }

  /** A batch for one job under an id of its own. */
  public static EventBatch of(JobId job, ExpectedVersion expected, List<Event> events) {
    return new EventBatch(BatchId.unique(), List.of(new JobEvents(job, expected, events)));
  }

  /** How many events there are over all jobs. */
  public int size() {
    return parts.stream().mapToInt(part -> part.events().size()).sum();
  }

  private static void checkJobs(List<JobEvents> parts) {
    Set<JobId> jobs = new HashSet<>();
    for (JobEvents part : parts) {
      if (!jobs.add(part.job())) {
        throw new InvalidInputException("event batch", "job " + part.job() + " appears twice");
      }
    }
  }

  private static void checkSize(List<JobEvents> parts) {
    long events = 0;
    long bytes = 0;
    for (JobEvents part : parts) {
      events += part.events().size();
      for (Event event : part.events()) {
        bytes += event.data().sizeBytes();
      }
    }
    if (events > EVENTS_MAX) {
      throw new InvalidInputException(
          "event batch", "at most " + EVENTS_MAX + " events, were " + events);
    }
    if (bytes > BYTES_MAX) {
      throw new InvalidInputException(
          "event batch", "at most " + BYTES_MAX + " bytes of data, were " + bytes);
    }
  }

  /** A month costs a table or a file: odd times must not make thousands of them. */
  private static void checkMonths(List<JobEvents> parts) {
    Set<YearMonth> months = new TreeSet<>();
    long day = Long.MIN_VALUE;
    for (JobEvents part : parts) {
      for (Event event : part.events()) {
        Instant time = event.createdAt();
        // Most events are of the same day as the one before, and a calendar is slow.
        if (time != null && Math.floorDiv(time.getEpochSecond(), DAY_SECONDS) != day) {
          day = Math.floorDiv(time.getEpochSecond(), DAY_SECONDS);
          months.add(EventMonth.of(time));
        }
      }
    }
    if (months.size() > MONTHS_MAX) {
      throw new InvalidInputException(
          "event batch", "times in at most " + MONTHS_MAX + " months, were " + months.size());
    }
  }
}
