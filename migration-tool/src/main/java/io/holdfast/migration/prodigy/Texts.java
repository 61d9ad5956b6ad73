package io.holdfast.migration.prodigy;

import io.holdfast.Names;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What Rust writes in more than one way, as text. */
final class Texts {

  private Texts() {}

  /**
   * The name of a variant: {@code "Timeout"} and {@code {"Failed":"why"}} both are one. Fails with
   * {@link Rejected} if there is none.
   */
  static String variant(@Nullable JsonNode node) {
    if (node != null && node.isString()) {
      return node.stringValue();
    }
    if (node != null && node.isObject() && !node.isEmpty()) {
      return node.propertyNames().iterator().next();
    }
    throw new Rejected("unknown-state", "no name of a state");
  }

  /** Strings of an array as lines; {@code null} if there is none. */
  static @Nullable String lines(@Nullable JsonNode array) {
    List<String> lines = new ArrayList<>();
    if (array != null && array.isArray()) {
      array.forEach(line -> lines.add(line.isString() ? line.stringValue() : line.toString()));
    }
    return lines.isEmpty() ? null : String.join("\n", lines);
  }

  /** As much of a text as a storage keeps, which is noted; the whole document is kept beside. */
  static @Nullable String kept(@Nullable String text, Notes notes) {
    if (text == null || text.length() <= Names.TEXT_CHARS_MAX) {
      return text;
    }
    notes.add(Notes.TEXT_CUT);
    boolean halves = Character.isHighSurrogate(text.charAt(Names.TEXT_CHARS_MAX - 1));
    return text.substring(0, halves ? Names.TEXT_CHARS_MAX - 1 : Names.TEXT_CHARS_MAX);
  }

  /** The earliest time among events and checkpoints; 1970 if there is none. */
  static Instant firstTime(Members from) {
    List<Instant> times = new ArrayList<>();
    for (String list : List.of("events", "checkpoints")) {
      JsonNode array = from.node(list);
      if (array != null) {
        array
            .valueStream()
            .filter(ObjectNode.class::isInstance)
            .map(element -> new Members((ObjectNode) element, from.notes()))
            .map(Texts::anyTime)
            .filter(Objects::nonNull)
            .forEach(times::add);
      }
    }
    return times.stream().min(Instant::compareTo).orElse(Instant.EPOCH);
  }

  private static @Nullable Instant anyTime(Members element) {
    Instant time = element.time("timestamp");
    return time == null ? element.time("created_at") : time;
  }
}
