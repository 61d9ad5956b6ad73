package io.holdfast.migration.prodigy;

import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** What a document of the store is, told by what it holds. The order is that of asking. */
enum Shape {
  /** {@code sessions/{id}.json}, of today. */
  SESSION(Intakes.SESSIONS, all("session_type")),
  /** Progress of a workflow, of today. */
  WORKFLOW_CHECKPOINT(Intakes.CHECKPOINTS, all("execution_state", "workflow_id")),
  /** {@code cp-{uuid}.checkpoint.*}. */
  MAPREDUCE_CHECKPOINT(
      Intakes.CHECKPOINTS, tree -> isText(tree.path("metadata").path("checkpoint_id"))),
  /** {@code checkpoint-v{N}.json}. */
  JOB_STATE(Intakes.CHECKPOINTS, all("checkpoint_version", "job_id")),
  /** {@code reduce-checkpoint-v1-{time}.json}. */
  REDUCE_CHECKPOINT(Intakes.CHECKPOINTS, all("step_results", "total_steps")),
  /** {@code setup-checkpoint.json} and others, which the documentation of Prodigy describes. */
  PHASE_CHECKPOINT(Intakes.CHECKPOINTS, Shape::isPhase),
  /** {@code items/{id}.json}. */
  LETTER(Intakes.LETTERS, Shape::isLetter),
  /** {@code dlq-items.json}, which the documentation of Prodigy describes. */
  LETTERS(Intakes.LETTERS, Shape::isLetters),
  /** The file that says that a job is being resumed. */
  RESUME_LOCK(
      Intakes.FILES,
      tree -> tree.has("process_id") && (tree.has("hostname") || tree.has("acquired_at"))),
  /** Which job a session runs. */
  MAPPING(Intakes.MAPPINGS, tree -> all("session_id", "job_id").test(tree) && !tree.has("status")),
  /** A session of the first versions, flat. */
  LEGACY_SESSION(Intakes.SESSIONS, all("session_id", "status")),
  /** A session of the very first version. */
  OLDEST_SESSION(
      Intakes.SESSIONS,
      tree -> all("id", "config", "state").test(tree) && tree.path("events").isArray()),
  /** A line of events that stands alone in a file. */
  EVENT(Intakes.EVENTS, Shape::isEvent),
  /** Progress of a workflow, of September 2025. */
  OLD_CHECKPOINT(Intakes.CHECKPOINTS, all("id", "workflow_id", "step_index")),
  /** A dead letter, of September 2025. */
  OLD_LETTER(Intakes.LETTERS, all("id", "job_id", "enqueued_at")),
  /** A workflow definition, of September 2025. */
  OLD_WORKFLOW(Intakes.WORKFLOWS, all("id", "name", "content")),
  /** A session, of September 2025. */
  OLD_SESSION(Intakes.SESSIONS, tree -> all("id", "state", "started_at").test(tree)),
  /** {@code orphaned_worktrees/{repository}/{job}.json}. */
  WORKTREES(Intakes.WORKTREES, Shape::isWorktrees),
  /** Made from the events, the dead letters or the files beside it. */
  INDEX(
      Intakes.FILES,
      tree ->
          all("job_id", "event_counts").test(tree)
              || all("job_id", "item_ids").test(tree)
              || all("path", "version", "size_bytes").test(tree));

  private final String kind;

  @SuppressWarnings("ImmutableEnumChecker") // None of them keeps anything.
  private final Predicate<JsonNode> test;

  Shape(String kind, Predicate<JsonNode> test) {
    this.kind = kind;
    this.test = test;
  }

  /** The name of the kind that it is counted as. */
  String kind() {
    return kind;
  }

  /** The shape of {@code tree}; {@code null} if it is none of these. */
  static @Nullable Shape of(JsonNode tree) {
    for (Shape shape : values()) {
      if (shape.test.test(tree)) {
        return shape;
      }
    }
    return null;
  }

  private static Predicate<JsonNode> all(String... names) {
    return tree -> {
      for (String name : names) {
        if (!tree.has(name)) {
          return false;
        }
      }
      return true;
    };
  }

  static boolean isEvent(JsonNode tree) {
    return isText(tree.path("event").path("event_type"))
        || (isText(tree.path("event_type")) && isText(tree.path("job_id")));
  }

  private static boolean isPhase(JsonNode tree) {
    return isText(tree.path("phase"))
        && tree.has("timestamp")
        && (tree.has("outputs") || tree.has("completed_items") || tree.has("completed_steps"));
  }

  private static boolean isLetter(JsonNode tree) {
    return tree.has("item_id")
        && (tree.has("first_attempt") || tree.has("failure_history") || tree.has("item_data"));
  }

  private static boolean isLetters(JsonNode tree) {
    JsonNode items = letters(tree);
    return items.valueStream().anyMatch(Shape::isLetter);
  }

  /** The dead letters in a file of them; an array, or nothing. */
  static JsonNode letters(JsonNode tree) {
    JsonNode items = tree.isArray() ? tree : tree.path("items");
    return items.isArray() ? items : MissingNode.getInstance();
  }

  private static boolean isWorktrees(JsonNode tree) {
    return tree.isArray() && !tree.isEmpty() && all("path", "agent_id").test(tree.get(0));
  }

  private static boolean isText(JsonNode node) {
    return node.isString();
  }
}
