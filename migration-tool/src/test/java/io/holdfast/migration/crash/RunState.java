package io.holdfast.migration.crash;

import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import java.util.Map;

/**
 * Where the run is: all that a process knows, and what the next one finds in the storage.
 *
 * @param session as last written
 * @param checkpoint the version of the last checkpoint; 0 if there is none
 * @param tally what the last checkpoint says
 */
record RunState(Session session, long checkpoint, Tally tally) {

  /** Nothing was tried yet. */
  static RunState fresh(Session session) {
    return new RunState(session, 0, Tally.EMPTY);
  }

  static RunState of(Session session, Checkpoint latest) {
    return new RunState(session, latest.version(), Tally.decode(latest.content().state()));
  }

  /** What has to be written when {@code attempt} is over. */
  RunState plus(Attempt attempt) {
    Tally after = tally.plus(attempt);
    Progress progress = new Progress(after.settled(), total());
    return new RunState(
        session.withDetails(session.details().withProgress(progress)), checkpoint + 1, after);
  }

  /** With the session as it was written. */
  RunState with(Session written) {
    return new RunState(written, checkpoint, tally);
  }

  long total() {
    return session.details().progress().total();
  }

  /** True if every item is done or given up. */
  boolean isMapped() {
    return tally.settled() >= total();
  }

  boolean isCompleted() {
    return session.state() == SessionState.COMPLETED;
  }

  CheckpointContent content() {
    return new CheckpointContent(tally.encode(), Json.from(Map.of("settled", tally.settled())));
  }
}
