package io.holdfast.file;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import java.util.Comparator;

/** Checkpoint heads as JSON. */
final class CheckpointHeadKind implements RecordKind<CheckpointHead> {

  @Override
  public String name() {
    return "checkpoint-heads";
  }

  @Override
  public String key(CheckpointHead record) {
    return record.workflow().value();
  }

  @Override
  public Comparator<CheckpointHead> order() {
    return Comparator.comparing(head -> head.workflow().value(), Names.ORDER);
  }

  @Override
  public Json encode(CheckpointHead record) {
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .number("version", record.version())
        .end();
  }

  @Override
  public CheckpointHead decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new CheckpointHead(new WorkflowId(fields.text("workflow")), fields.number("version"));
  }
}
