package io.holdfast.migration.prodigy;

import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The members of an object of the store. Absent and {@code null} are the same, and what is of
 * another type than it should be counts as absent, as the whole document is kept beside what is
 * taken from it.
 */
record Members(ObjectNode object, Notes notes) {

  /** Whatever it is; {@code null} if there is nothing. */
  @Nullable JsonNode node(String name) {
    JsonNode node = object.get(name);
    return node == null || node.isNull() ? null : node;
  }

  boolean has(String name) {
    return node(name) != null;
  }

  /** An object; an empty one if there is none. */
  Members object(String name) {
    return node(name) instanceof ObjectNode inner
        ? new Members(inner, notes)
        : new Members(JsonNodeFactory.instance.objectNode(), notes);
  }

  /** A text. */
  @Nullable String text(String name) {
    JsonNode node = node(name);
    return node != null && node.isString() ? node.stringValue() : null;
  }

  /** A text; {@code otherwise} if there is none. */
  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /** A text that has to be there. */
  String required(String name) {
    String text = text(name);
    if (text == null || text.isEmpty()) {
      throw new Rejected("missing-" + name.replace('_', '-'), "there is no " + name);
    }
    return text;
  }

  /** A text that can be a name; noted, and {@code null}, if it cannot. */
  @Nullable String name(String name) {
    String text = text(name);
    return text == null ? null : usable(name, text);
  }

  /** {@code text} if it can be a name; noted, and {@code null}, if it cannot. */
  @Nullable String usable(String name, String text) {
    try {
      return Names.check(name, text);
    } catch (InvalidInputException e) {
      notes.add(Notes.NAME_UNUSABLE);
      return null;
    }
  }

  /** A whole number that is not negative; {@code otherwise} if there is none. */
  long number(String name, long otherwise) {
    JsonNode node = node(name);
    return node != null && node.isIntegralNumber() && node.canConvertToLong()
        ? Math.max(0, node.longValue())
        : otherwise;
  }

  /** A boolean; {@code otherwise} if there is none. */
  boolean flag(String name, boolean otherwise) {
    JsonNode node = node(name);
    return (node != null && node.isBoolean()) ? node.booleanValue() : otherwise;
  }

  /**
   * A time, cut to microseconds, which is noted; {@code null} if there is none. Fails with {@link
   * Rejected} if it is not a time, or is one that no storage keeps.
   */
  @Nullable Instant time(String name) {
    String text = text(name);
    if (text == null) {
      return null;
    }
    try {
      Instant time = Instant.parse(text);
      Instant cut = StorageTime.check(name, time);
      if (!cut.equals(time)) {
        notes.add(Notes.TIME_CUT);
      }
      return cut.truncatedTo(ChronoUnit.MICROS);
    } catch (DateTimeException | InvalidInputException e) {
      throw new Rejected("invalid-time", name + ": " + e.getMessage());
    }
  }

  /** A time; {@code otherwise}, which is noted, if there is none. */
  Instant time(String name, Instant otherwise) {
    Instant time = time(name);
    if (time == null) {
      notes.add(Notes.TIME_ASSUMED);
      return otherwise;
    }
    return time;
  }

  /** A time that has to be there. */
  Instant requiredTime(String name) {
    Instant time = time(name);
    if (time == null) {
      throw new Rejected("missing-" + name.replace('_', '-'), "there is no " + name);
    }
    return time;
  }
}
