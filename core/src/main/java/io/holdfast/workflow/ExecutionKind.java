package io.holdfast.workflow;

import io.holdfast.CorruptDataException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import java.util.Comparator;

/** Executions as JSON. */
final class ExecutionKind implements RecordKind<WorkflowExecution> {

  @Override
  public String name() {
    return "executions";
  }

  @Override
  public String key(WorkflowExecution record) {
    return record.workflow() + "/" + record.id();
  }

  @Override
  public RecordKey identity(WorkflowExecution record) {
    return new RecordKey(record.workflow().value(), record.id().value());
  }

  @Override
  public Comparator<WorkflowExecution> order() {
    return Comparator.<WorkflowExecution, String>comparing(
            execution -> execution.workflow().value(), Names.ORDER)
        .thenComparing(execution -> execution.id().value(), Names.ORDER);
  }

  @Override
  public Json encode(WorkflowExecution record) {
    return new JsonWriter()
        .text("workflow", record.workflow().value())
        .text("id", record.id().value())
        .text("status", record.status().name())
        .time("startedAt", record.startedAt())
        .time("finishedAt", record.finishedAt())
        .json("details", record.details())
        .end();
  }

  @Override
  public WorkflowExecution decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new WorkflowExecution(
        new WorkflowId(fields.text("workflow")),
        new ExecutionId(fields.text("id")),
        status(fields.text("status")),
        fields.time("startedAt"),
        fields.timeOrNull("finishedAt"),
        fields.json("details"));
  }

  private static ExecutionStatus status(String name) {
    try {
      return ExecutionStatus.valueOf(name);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException("Execution status", name, e);
    }
  }
}
