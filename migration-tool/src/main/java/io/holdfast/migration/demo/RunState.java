package io.holdfast.migration.demo;

import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Where the run is: what a worker knows, and what the next one finds out from session and
 * checkpoint.
 *
 * @param session the session, as last written
 * @param checkpoint the version of the last checkpoint; 0 if there is none
 * @param done the items that are done
 */
record RunState(Session session, long checkpoint, List<String> done) {

  /** Nothing is done. */
  static RunState fresh(Session session) {
    return new RunState(session, 0, List.of());
  }

  /** As {@code checkpoint} says. */
  static RunState of(Session session, Checkpoint checkpoint) {
    JsonNode done = checkpoint.content().state().tree().path("done");
    return new RunState(
        session, checkpoint.version(), done.valueStream().map(JsonNode::stringValue).toList());
  }

  /** With {@code items} done on top, and progress in the session to match. */
  RunState plus(List<ClaimedLetter> items) {
    List<String> all = new ArrayList<>(done);
    items.forEach(item -> all.add(item.letter().key().item().value()));
    Progress progress = new Progress(all.size(), total());
    return new RunState(
        session.withDetails(session.details().withProgress(progress)),
        checkpoint + 1,
        List.copyOf(all));
  }

  /** With the session as it was written. */
  RunState with(Session written) {
    return new RunState(written, checkpoint, done);
  }

  boolean isDone() {
    return done.size() >= total();
  }

  long total() {
    return session.details().progress().total();
  }

  CheckpointContent content() {
    return new CheckpointContent(
        Json.from(Map.of("done", done)), Json.from(Map.of("items", done.size())));
  }
}
