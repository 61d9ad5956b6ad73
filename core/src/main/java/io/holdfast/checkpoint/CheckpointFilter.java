package io.holdfast.checkpoint;

import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import java.util.Objects;

/**
 * Which checkpoints of a workflow are meant, and how many: those that meet every condition that is
 * set.
 *
 * @param workflow of this workflow
 * @param saved saved within this span; looked for along the versions
 * @param below only versions below this one, from 1: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record CheckpointFilter(WorkflowId workflow, TimeSpan saved, long below, int limit) {

  /** Checks place and limit. */
  public CheckpointFilter {
    Objects.requireNonNull(workflow, "workflow");
    Objects.requireNonNull(saved, "saved");
    if (below < 1) {
      throw new InvalidInputException("version to begin below", "must be at least 1, was " + below);
    }
    Paging.check(limit);
  }

  /** The newest {@value Paging#LIMIT_DEFAULT} checkpoints of {@code workflow}. */
  public static CheckpointFilter of(WorkflowId workflow) {
    return new CheckpointFilter(workflow, TimeSpan.ALWAYS, Long.MAX_VALUE, Paging.LIMIT_DEFAULT);
  }

  /** Only those saved within {@code span}. */
  public CheckpointFilter savedWithin(TimeSpan span) {
    return new CheckpointFilter(workflow, span, below, limit);
  }

  /** Only versions below {@code version}. */
  public CheckpointFilter below(long version) {
    return new CheckpointFilter(workflow, saved, version, limit);
  }

  /** At most {@code most}. */
  public CheckpointFilter limit(int most) {
    return new CheckpointFilter(workflow, saved, below, most);
  }
}
