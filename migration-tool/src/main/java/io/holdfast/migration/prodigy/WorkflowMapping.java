package io.holdfast.migration.prodigy;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A workflow definition. Its content stays as it is; what else is known of it stands there under
 * {@code _prodigy}.
 */
final class WorkflowMapping {

  private WorkflowMapping() {}

  /** {@code from} as a workflow; fails with {@link Rejected} if it cannot be one. */
  static Workflow map(Members from) {
    Members metadata = from.object("metadata");
    Instant created = from.requiredTime("created_at");
    return new Workflow(
        new WorkflowId(from.required("id")),
        1,
        new WorkflowDetails(
            from.required("name"),
            metadata.name("author"),
            Texts.kept(metadata.text("description"), from.notes()),
            tags(metadata),
            Document.json(content(from))),
        created,
        from.time("updated_at", created));
  }

  private static JsonNode content(Members from) {
    ObjectNode rest = from.object().deepCopy();
    JsonNode content = rest.remove("content");
    ObjectNode whole;
    if (content instanceof ObjectNode object) {
      whole = object;
    } else {
      whole = JsonNodeFactory.instance.objectNode();
      whole.set("content", content);
    }
    whole.set("_prodigy", rest);
    return whole;
  }

  private static Set<String> tags(Members metadata) {
    Set<String> tags = new HashSet<>();
    JsonNode array = metadata.node("tags");
    if (array != null && array.isArray()) {
      array
          .valueStream()
          .filter(JsonNode::isString)
          .map(tag -> metadata.usable("tag", tag.stringValue()))
          .filter(Objects::nonNull)
          .forEach(tags::add);
    }
    return tags;
  }
}
