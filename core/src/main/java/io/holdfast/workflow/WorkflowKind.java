package io.holdfast.workflow;

import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.RecordKind;
import io.holdfast.WorkflowId;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Workflows as JSON. */
final class WorkflowKind implements RecordKind<Workflow> {

  @Override
  public String name() {
    return "workflows";
  }

  @Override
  public String key(Workflow record) {
    return record.id().value();
  }

  @Override
  public Comparator<Workflow> order() {
    return Comparator.comparing(workflow -> workflow.id().value(), Names.ORDER);
  }

  @Override
  public Json encode(Workflow record) {
    WorkflowDetails details = record.details();
    return new JsonWriter()
        .text("id", record.id().value())
        .number("version", record.version())
        .text("name", details.name())
        .text("author", details.author())
        .text("description", details.description())
        .texts("tags", details.tags().stream().sorted(Names.ORDER).toList())
        .time("createdAt", record.createdAt())
        .time("updatedAt", record.updatedAt())
        .json("content", details.content())
        .end();
  }

  @Override
  public Workflow decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Workflow(
        new WorkflowId(fields.text("id")),
        fields.number("version"),
        new WorkflowDetails(
            fields.text("name"),
            fields.textOrNull("author"),
            fields.textOrNull("description"),
            tags(fields.json("tags")),
            fields.json("content")),
        fields.time("createdAt"),
        fields.time("updatedAt"));
  }

  private static Set<String> tags(Json array) {
    Set<String> tags = new HashSet<>();
    for (JsonNode tag : array.tree()) {
      tags.add(tag.stringValue());
    }
    return tags;
  }
}
