package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.content.Pack;
import java.util.Base64;
import java.util.Comparator;

/** Packs as JSON. */
final class CheckpointPackKind implements RecordKind<CheckpointPack> {

  @Override
  public String name() {
    return "checkpoint-packs";
  }

  @Override
  public String key(CheckpointPack record) {
    return record.workflow() + "@" + record.pack().version();
  }

  @Override
  public Comparator<CheckpointPack> order() {
    return Comparator.<CheckpointPack, String>comparing(
            record -> record.workflow().value(), Names.ORDER)
        .thenComparingLong(record -> record.pack().version());
  }

  @Override
  public Json encode(CheckpointPack record) {
    Base64.Encoder base64 = Base64.getEncoder();
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .number("version", record.pack().version())
        .text("directory", base64.encodeToString(record.pack().directory()))
        .text("body", base64.encodeToString(record.pack().body()))
        .end();
  }

  @Override
  public CheckpointPack decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    Base64.Decoder base64 = Base64.getDecoder();
    return new CheckpointPack(
        new WorkflowId(fields.text("workflow")),
        new Pack(
            fields.number("version"),
            base64.decode(fields.text("directory")),
            base64.decode(fields.text("body"))));
  }
}
