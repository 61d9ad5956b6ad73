package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

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

  /** Requires at least one part and different jobs, and enforces the limits. */
  public EventBatch {
    Objects.requireNonNull(id, "id");
    parts = List.copyOf(parts);
    if (parts.isEmpty()) {
      throw new InvalidInputException("event batch", "no events");
    }
    checkJobs(parts);
    checkSize(parts);
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
}
