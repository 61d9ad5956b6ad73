package io.holdfast.migration.verify;

import io.holdfast.Json;
import java.util.Iterator;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The first place at which two records differ, in the order of the canonical form.
 *
 * @param pointer the place, as a JSON pointer
 * @param source what the source has there, shortened; {@code "absent"} if nothing
 * @param target what the target has there, likewise
 */
public record FieldDifference(String pointer, String source, String target) {

  private static final int SHOWN_CHARS = 80;

  /** Where {@code source} and {@code target}, which are not equal, first differ. */
  static FieldDifference between(Json source, Json target) {
    FieldDifference found = find("", source.tree(), target.tree());
    return found == null
        ? new FieldDifference("", show(source.tree()), show(target.tree()))
        : found;
  }

  private static @Nullable FieldDifference find(
      String pointer, @Nullable JsonNode source, @Nullable JsonNode target) {
    if (source != null && target != null) {
      if (source.isObject() && target.isObject()) {
        return findMember(pointer, source, target);
      }
      if (source.isArray() && target.isArray()) {
        return findElement(pointer, source, target);
      }
      if (Json.of(source).equals(Json.of(target))) {
        return null;
      }
    }
    return new FieldDifference(pointer, show(source), show(target));
  }

  private static @Nullable FieldDifference findMember(
      String pointer, JsonNode source, JsonNode target) {
    Set<String> names = new TreeSet<>(source.propertyNames());
    names.addAll(target.propertyNames());
    FieldDifference found = null;
    for (Iterator<String> i = names.iterator(); found == null && i.hasNext(); ) {
      String name = i.next();
      found = find(pointer + "/" + escape(name), source.get(name), target.get(name));
    }
    return found;
  }

  private static @Nullable FieldDifference findElement(
      String pointer, JsonNode source, JsonNode target) {
    FieldDifference found = null;
    int size = Math.max(source.size(), target.size());
    for (int i = 0; found == null && i < size; i++) {
      found = find(pointer + "/" + i, source.get(i), target.get(i));
    }
    return found;
  }

  private static String escape(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }

  private static String show(@Nullable JsonNode value) {
    String text = value == null ? "absent" : value.toString();
    return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
  }

  /** For people: where, and what is there. */
  @Override
  public String toString() {
    return "different at %s: %s in the source, %s in the target"
        .formatted(pointer.isEmpty() ? "the top" : pointer, source, target);
  }
}
