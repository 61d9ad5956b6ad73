package io.holdfast.event;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import java.util.List;
import java.util.Objects;

/**
 * Events for one job, and the condition under which they are appended.
 *
 * @param job the job
 * @param expected where the job has to be
 * @param events at least one, in order
 */
public record JobEvents(JobId job, ExpectedVersion expected, List<Event> events) {

  /** Requires at least one event. */
  public JobEvents {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(expected, "expected");
    events = List.copyOf(events);
    if (events.isEmpty()) {
      throw new InvalidInputException("append", "no events for job " + job);
    }
  }
}
