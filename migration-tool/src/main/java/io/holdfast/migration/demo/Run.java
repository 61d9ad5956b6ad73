package io.holdfast.migration.demo;

import io.holdfast.JobId;
import io.holdfast.SessionId;
import io.holdfast.WorkflowId;
import io.holdfast.lock.LockName;
import java.time.Duration;

/** The live run: what the process that works and the process that watches both know of it. */
final class Run {

  static final JobId JOB = new JobId("redrive-1");
  static final SessionId SESSION = new SessionId("session-redrive-1");
  static final WorkflowId WORKFLOW = new WorkflowId("redrive");
  static final LockName LOCK = new LockName("job/redrive-1");

  /** Whose dead letters are the work. */
  static final JobId LEFT_BEHIND = PastRun.job(DemoHistory.LAST_RUN);

  /** A worker that dies is missed after this time. */
  static final Duration LEASE = Duration.ofSeconds(2);

  static final int CLAIMED_AT_ONCE = 4;
  static final Duration ITEM_TAKES = Duration.ofMillis(100);

  static final String ITEM_STARTED = "item.started";
  static final String ITEM_COMPLETED = "item.completed";
  static final String RESUMED = "run.resumed";
  static final String RUN_COMPLETED = "run.completed";

  private Run() {}
}
