package io.holdfast.workflow;

import io.holdfast.Json;
import io.holdfast.Names;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a workflow is: the part that its author writes.
 *
 * @param name for people, a {@linkplain Names#check name}
 * @param author who wrote it, a name, or {@code null}
 * @param description what it does, {@linkplain Names#checkText free text}, or {@code null}
 * @param tags what to find it by, names
 * @param content the definition itself
 */
public record WorkflowDetails(
    String name,
    @Nullable String author,
    @Nullable String description,
    Set<String> tags,
    Json content) {

  /** Checks names and text. */
  public WorkflowDetails {
    Names.check("workflow name", name);
    if (author != null) {
      Names.check("author", author);
    }
    if (description != null) {
      Names.checkText("description", description);
    }
    tags = Set.copyOf(tags);
    tags.forEach(tag -> Names.check("tag", tag));
    Objects.requireNonNull(content, "content");
  }

  /** A definition without author, description and tags. */
  public static WorkflowDetails of(String name, Json content) {
    return new WorkflowDetails(name, null, null, Set.of(), content);
  }
}
