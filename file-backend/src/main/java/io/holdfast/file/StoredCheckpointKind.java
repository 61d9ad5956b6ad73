package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.StateDigest;
import java.util.Comparator;

/**
 * Checkpoints as JSON, with the fingerprint of the state beside it, so that a listing does not have
 * to compute it.
 */
final class StoredCheckpointKind implements RecordKind<Checkpoint> {

  @Override
  public String name() {
    return Checkpoint.KIND.name();
  }

  @Override
  public String key(Checkpoint record) {
    return Checkpoint.KIND.key(record);
  }

  @Override
  public Comparator<Checkpoint> order() {
    return Checkpoint.KIND.order();
  }

  @Override
  public Json encode(Checkpoint record) {
    StateDigest digest = StateDigest.of(record.content().state());
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .number("version", record.version())
        .time("createdAt", record.createdAt())
        .number("sizeBytes", digest.sizeBytes())
        .text("sha256", digest.sha256())
        .json("metadata", record.content().metadata())
        .json("state", record.content().state())
        .end();
  }

  @Override
  public Checkpoint decode(Json json) {
    return Checkpoint.KIND.decode(json);
  }

  /** Reads all but the state. */
  static CheckpointInfo info(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new CheckpointInfo(
        new WorkflowId(fields.text("workflow")),
        fields.number("version"),
        fields.time("createdAt"),
        fields.json("metadata"),
        fields.number("sizeBytes"),
        fields.text("sha256"));
  }
}
