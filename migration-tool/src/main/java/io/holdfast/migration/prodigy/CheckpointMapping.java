package io.holdfast.migration.prodigy;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Saved progress of any layout as a checkpoint. The whole document is its state; its metadata say
 * what kind of document that is.
 *
 * @param workflow whose history it belongs to
 * @param number its version, if its place says so; otherwise -1: its time decides
 * @param createdAt when it was saved
 * @param metadata what it is
 * @param state the document
 */
record CheckpointMapping(
    String workflow, long number, Instant createdAt, Json metadata, JsonNode state) {

  private static final Pattern NUMBERED = Pattern.compile("checkpoint-v(\\d{1,18})\\.json.*");

  /** {@code from} as a checkpoint; fails with {@link Rejected} if it cannot be one. */
  static CheckpointMapping map(Shape shape, Members from, StoreFile file) {
    Members about = from.object("metadata");
    return switch (shape) {
      case WORKFLOW_CHECKPOINT ->
          of(shape, from, from.required("workflow_id"), time(from, "timestamp"), null);
      case JOB_STATE ->
          of(shape, from, from.required("job_id"), time(from, "updated_at"), null)
              .numbered(number(file, from));
      case MAPREDUCE_CHECKPOINT ->
          of(
              shape,
              from,
              about.required("job_id") + "/checkpoint",
              about.requiredTime("created_at"),
              about.text("checkpoint_id"));
      case REDUCE_CHECKPOINT ->
          of(shape, from, directory(file) + "/reduce", time(from, "timestamp"), null);
      case PHASE_CHECKPOINT ->
          of(shape, from, directory(file) + "/" + phase(from), time(from, "timestamp"), null);
      default ->
          of(
              shape,
              from,
              from.required("workflow_id"),
              from.requiredTime("created_at"),
              from.text("id"));
    };
  }

  private static CheckpointMapping of(
      Shape shape, Members from, String workflow, Instant createdAt, @Nullable String id) {
    Json metadata = new JsonWriter().text("prodigy", word(shape)).text("id", id).end();
    return new CheckpointMapping(workflow, -1, createdAt, metadata, from.object());
  }

  /** What is kept about a session that is not there. */
  static CheckpointMapping of(Shape shape, String workflow, Instant createdAt, JsonNode tree) {
    Json metadata = new JsonWriter().text("prodigy", word(shape)).end();
    return new CheckpointMapping(workflow, -1, createdAt, metadata, tree);
  }

  private static String word(Shape shape) {
    return shape.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private CheckpointMapping numbered(long version) {
    return new CheckpointMapping(workflow, version, createdAt, metadata, state);
  }

  private static Instant time(Members from, String name) {
    return from.requiredTime(name);
  }

  private static String directory(StoreFile file) {
    String job = file.jobOfItems();
    if (job == null) {
      throw new Rejected("missing-job-id", "no directory of a job");
    }
    return job;
  }

  private static String phase(Members from) {
    return from.required("phase").toLowerCase(Locale.ROOT);
  }

  private static long number(StoreFile file, Members from) {
    Matcher named = NUMBERED.matcher(file.lastName());
    return named.matches() ? Long.parseLong(named.group(1)) : from.number("checkpoint_version", 0);
  }

  /** The checkpoint at {@code version}. */
  Checkpoint at(long version) {
    return new Checkpoint(
        new WorkflowId(workflow),
        version,
        createdAt,
        new CheckpointContent(Document.json(state), metadata));
  }
}
