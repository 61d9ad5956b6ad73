package io.holdfast.migration.prodigy;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
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
            metadata.text("description"),
            tags(metadata.node("tags")),
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

  private static Set<String> tags(@Nullable JsonNode array) {
    Set<String> tags = new HashSet<>();
    if (array != null && array.isArray()) {
      array.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).forEach(tags::add);
    }
    return tags;
  }
}
