package io.holdfast.migration.prodigy;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What Prodigy keeps about a session in a file of its own: which job it runs, or which worktrees of
 * that job were left behind.
 *
 * @param document where it is
 * @param session the session, if it is named
 * @param job the job
 */
record Attachment(Kept document, @Nullable String session, String job) {

  /** The member of {@code _prodigy} that it becomes an element of. */
  String member() {
    return document.shape() == Shape.MAPPING ? "mappings" : "orphaned_worktrees";
  }

  /** The workflow whose checkpoint it becomes if there is no session to go with. */
  String workflow() {
    return job + "/" + (document.shape() == Shape.MAPPING ? "session-job-mapping" : member());
  }

  /** A checkpoint that says what it is. */
  CheckpointMapping alone(JsonNode tree) {
    return CheckpointMapping.of(document.shape(), workflow(), document.time(), tree);
  }

  /** When the newest of these worktrees was left behind; 1970 if none says it. */
  static Instant newest(JsonNode worktrees, Notes notes) {
    return worktrees
        .valueStream()
        .filter(ObjectNode.class::isInstance)
        .map(worktree -> new Members((ObjectNode) worktree, notes).time("failed_at"))
        .filter(Objects::nonNull)
        .max(Instant::compareTo)
        .orElse(Instant.EPOCH);
  }
}
