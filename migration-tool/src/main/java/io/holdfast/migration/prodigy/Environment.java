package io.holdfast.migration.prodigy;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the process environment out of a document: Prodigy saves all variables of its process,
 * secrets among them. Looks at every level, at flat names with dots, and into strings that hold
 * JSON.
 */
final class Environment {

  private static final Set<String> NAMES =
      Set.of(
          "environment_snapshot",
          "environment_variables",
          "environment_vars",
          "env_vars",
          "execution_environment");

  /** As a program prints the snapshot that it could not write as JSON. */
  private static final String PRINTED = "EnvironmentSnapshot";

  /** As it stands in the middle of other text: its name, and the beginning of what it holds. */
  private static final Pattern QUOTED =
      Pattern.compile(
          "(?:" + String.join("|", NAMES) + ")(?:\\.\\w+)*[\\\\\"']*\\s*[:=]\\s*[\\\\\"']*[{(\\[]");

  private static final String DROPPED = "[process environment dropped]";

  private Environment() {}

  /** Changes {@code tree}; true if there was something to drop. */
  static boolean dropFrom(JsonNode tree) {
    if (tree instanceof ObjectNode object) {
      return dropFromObject(object);
    }
    return tree instanceof ArrayNode array && dropFromArray(array);
  }

  private static boolean dropFromObject(ObjectNode object) {
    boolean dropped = false;
    for (Map.Entry<String, JsonNode> member : List.copyOf(object.properties())) {
      if (isEnvironment(member.getKey())) {
        object.remove(member.getKey());
        dropped |= !isEmpty(member.getValue());
      } else {
        JsonNode clean = clean(member.getValue());
        if (clean != null) {
          object.set(member.getKey(), clean);
        }
        dropped |= clean != null;
      }
    }
    return dropped;
  }

  private static boolean dropFromArray(ArrayNode array) {
    boolean dropped = false;
    for (int i = 0; i < array.size(); i++) {
      JsonNode clean = clean(array.get(i));
      if (clean != null) {
        array.set(i, clean);
      }
      dropped |= clean != null;
    }
    return dropped;
  }

  /** What {@code value} is without it; {@code null} if it has none. */
  private static @Nullable JsonNode clean(JsonNode value) {
    if (value.isString()) {
      String clean = cleanText(value.stringValue());
      return clean == null ? null : JsonNodeFactory.instance.stringNode(clean);
    }
    return dropFrom(value) ? value : null;
  }

  private static @Nullable String cleanText(String text) {
    if (!mayHold(text) || (!text.contains(PRINTED) && NAMES.stream().noneMatch(text::contains))) {
      return null;
    }
    String start = text.stripLeading();
    if (!start.startsWith("{") && !start.startsWith("[")) {
      return text.contains(PRINTED) || QUOTED.matcher(text).find() ? DROPPED : null;
    }
    try {
      JsonNode tree = Json.of(text).tree();
      return dropFrom(tree) ? tree.toString() : null;
    } catch (InvalidInputException | CorruptDataException e) {
      // Half of a document may hold half of an environment.
      return DROPPED;
    }
  }

  private static boolean isEnvironment(String name) {
    return mayHold(name) && Arrays.stream(name.split("\\.")).anyMatch(NAMES::contains);
  }

  /** All names have one of these in common: nearly everything is told apart at once. */
  private static boolean mayHold(String text) {
    return text.contains("nvironment") || text.contains("env_vars");
  }

  private static boolean isEmpty(JsonNode value) {
    return value.isNull() || (value.isContainer() && value.isEmpty());
  }
}
