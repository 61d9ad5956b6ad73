package io.holdfast.migration.crash;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.lock.LockName;
import io.holdfast.workflow.ExecutionId;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The run that is drilled, under the names that every process knows.
 *
 * @param size how many items it has
 */
record Run(int size) {

  /** What happens to the run as a whole. Items have jobs of their own. */
  static final JobId JOB = new JobId("squares");

  static final SessionId SESSION = new SessionId("squares-1");
  static final WorkflowId WORKFLOW = new WorkflowId("squares");
  static final ExecutionId EXECUTION = new ExecutionId("squares-1");
  static final LockName LOCK = new LockName("run/squares-1");

  static final String STARTED = "run_started";
  static final String RESUMED = "run_resumed";
  static final String REDUCED = "reduce_completed";
  static final String COMPLETED = "run_completed";

  /** The items, in the order in which they are begun. */
  Stream<Item> items() {
    return IntStream.rangeClosed(1, size).mapToObj(Item::new);
  }

  /** What the storage is told about it. */
  Json definition() {
    return Json.from(Map.of("items", size));
  }

  /** What comes of it. */
  static Json outcome(long sum, int givenUp) {
    return Json.from(Map.of("sum", sum, "givenUp", givenUp));
  }
}
