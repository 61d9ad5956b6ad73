package io.holdfast.deadletter;

import io.holdfast.JobId;
import java.util.Objects;

/** Names a dead letter: an item of a job. */
public record DeadLetterKey(JobId job, ItemId item) {

  /** Requires both. */
  public DeadLetterKey {
    Objects.requireNonNull(job, "job");
    Objects.requireNonNull(item, "item");
  }

  @Override
  public String toString() {
    return job + "/" + item;
  }
}
