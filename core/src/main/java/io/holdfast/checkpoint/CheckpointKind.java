package io.holdfast.checkpoint;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import java.util.Comparator;

/** Checkpoints as JSON. */
final class CheckpointKind implements RecordKind<Checkpoint> {

  @Override
  public String name() {
    return "checkpoints";
  }

  @Override
  public String key(Checkpoint record) {
    return record.workflow() + "@" + record.version();
  }

  @Override
  public RecordKey identity(Checkpoint record) {
    return RecordKey.of(record.workflow().value(), record.version());
  }

  @Override
  public Comparator<Checkpoint> order() {
    return Comparator.<Checkpoint, String>comparing(
            checkpoint -> checkpoint.workflow().value(), Names.ORDER)
        .thenComparingLong(Checkpoint::version);
  }

  @Override
  public Json encode(Checkpoint record) {
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .number("version", record.version())
        .time("createdAt", record.createdAt())
        .json("metadata", record.content().metadata())
        .json("state", record.content().state())
        .end();
  }

  @Override
  public Checkpoint decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Checkpoint(
        new WorkflowId(fields.text("workflow")),
        fields.number("version"),
        fields.time("createdAt"),
        new CheckpointContent(fields.json("state"), fields.json("metadata")));
  }
}
