package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.content.PackedState;
import java.util.Base64;
import java.util.Comparator;

/**
 * Checkpoints as JSON, with the fingerprint of the state beside it, so that a listing does not have
 * to compute it; large states as their manifest.
 */
final class StoredCheckpointKind implements RecordKind<StoredCheckpoint> {

  @Override
  public String name() {
    return Checkpoint.KIND.name();
  }

  @Override
  public String key(StoredCheckpoint record) {
    return record.info().workflow() + "@" + record.info().version();
  }

  @Override
  public RecordKey identity(StoredCheckpoint record) {
    return RecordKey.of(record.info().workflow().value(), record.info().version());
  }

  @Override
  public Comparator<StoredCheckpoint> order() {
    return Comparator.<StoredCheckpoint, String>comparing(
            record -> record.info().workflow().value(), Names.ORDER)
        .thenComparingLong(record -> record.info().version());
  }

  @Override
  public Json encode(StoredCheckpoint record) {
    CheckpointInfo info = record.info();
    JsonWriter json =
        new JsonWriter()
            .text("workflow", info.workflow().value())
            .number("version", info.version())
            .time("createdAt", info.createdAt())
            .number("sizeBytes", info.sizeBytes())
            .text("sha256", info.sha256())
            .json("metadata", info.metadata());
    PackedState packed = record.packed();
    return packed == null
        ? json.json("state", record.state()).end()
        : json.number("base", packed.base())
            .text("manifest", Base64.getEncoder().encodeToString(packed.manifest()))
            .end();
  }

  @Override
  public StoredCheckpoint decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return fields.has("manifest")
        ? new StoredCheckpoint(
            info(fields), null, new PackedState(fields.number("base"), manifest(fields), null))
        : new StoredCheckpoint(info(fields), fields.json("state"), null);
  }

  private static byte[] manifest(JsonFields fields) {
    return Base64.getDecoder().decode(fields.text("manifest"));
  }

  /** Reads all but the state. */
  static CheckpointInfo info(Json json) {
    return info(JsonFields.of(json));
  }

  private static CheckpointInfo info(JsonFields fields) {
    return new CheckpointInfo(
        new WorkflowId(fields.text("workflow")),
        fields.number("version"),
        fields.time("createdAt"),
        fields.json("metadata"),
        fields.number("sizeBytes"),
        fields.text("sha256"));
  }
}
