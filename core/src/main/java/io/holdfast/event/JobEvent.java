package io.holdfast.event;

import io.holdfast.JobId;
import java.util.Objects;

/** One event for one job, as {@link EventLog#appendAll} takes them. */
public record JobEvent(JobId job, Event event) {

  /** Requires both. */
  public JobEvent {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(event, "event");
  }
}
