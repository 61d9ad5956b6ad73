package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.StorageTime;
import io.holdfast.event.Event;
import io.holdfast.event.EventOrigin;
import io.holdfast.event.JobEvent;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads an event from a line of JSON. */
final class EventLine {

  private static final String WHAT = "event";

  /** The last two are what {@code events tail --json} prints besides; they have no say. */
  private static final Set<String> MEMBERS =
      Set.of(
          "job",
          "type",
          "data",
          "id",
          "correlationId",
          "agentId",
          "createdAt",
          "position",
          "version");

  private final @Nullable String defaultJob;

  /**
   * Lines without a job belong to {@code defaultJob}; if that is {@code null}, they are refused.
   */
  EventLine(@Nullable String defaultJob) {
    this.defaultJob = defaultJob;
  }

  /** Reads {@code line}; throws {@link InvalidInputException} with the reason if it cannot. */
  JobEvent parse(String line) {
    JsonNode tree = Json.of(line).tree();
    if (!tree.isObject()) {
      throw new InvalidInputException(WHAT, "not a JSON object");
    }
    for (String name : tree.propertyNames()) {
      if (!MEMBERS.contains(name)) {
        throw new InvalidInputException(WHAT, "unknown member", "/" + name);
      }
    }
    JsonNode data = tree.get("data");
    String createdAt = text(tree, "createdAt");
    EventOrigin origin =
        new EventOrigin(text(tree, "id"), text(tree, "correlationId"), text(tree, "agentId"));
    return new JobEvent(
        new JobId(required("job", text(tree, "job"), defaultJob)),
        new Event(
            required("type", text(tree, "type"), null),
            data == null ? Json.EMPTY : Json.of(data),
            origin,
            createdAt == null ? null : StorageTime.parse("createdAt", createdAt)));
  }

  private static String required(String name, @Nullable String value, @Nullable String otherwise) {
    String found = value == null ? otherwise : value;
    if (found == null) {
      throw new InvalidInputException(WHAT, "absent", "/" + name);
    }
    return found;
  }

  private static @Nullable String text(JsonNode tree, String name) {
    JsonNode value = tree.get(name);
    if (value == null || value.isNull()) {
      return null;
    }
    if (!value.isString()) {
      throw new InvalidInputException(WHAT, "not a string", "/" + name);
    }
    return value.stringValue();
  }
}
