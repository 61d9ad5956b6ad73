package io.holdfast;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The members of one JSON object, read in one pass; nested documents are cut out, not parsed. Every
 * getter throws {@link CorruptDataException} when a member is missing or of another type.
 */
public final class JsonFields {

  /** Takes whatever {@link Json} takes, inside a record. */
  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(2 * Json.DEPTH_MAX)
                  .maxNumberLength(4 * Json.DIGITS_MAX)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNameLength(Integer.MAX_VALUE)
                  .build())
          .build();

  private final Map<String, Json> members;
  private final Map<String, String> texts;

  private JsonFields(Map<String, Json> members, Map<String, String> texts) {
    this.members = members;
    this.texts = texts;
  }

  /** Reads {@code object}; fails with {@link CorruptDataException} if it is not an object. */
  public static JsonFields of(Json object) {
    byte[] utf8 = object.utf8();
    Map<String, Json> members = new HashMap<>();
    Map<String, String> texts = new HashMap<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CorruptDataException("JSON", "not an object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        JsonToken token = parser.nextToken();
        if (token == JsonToken.VALUE_STRING) {
          texts.put(name, parser.getString());
        }
        members.put(name, cut(parser, utf8));
      }
      return new JsonFields(members, texts);
    } catch (JacksonException e) {
      throw new CorruptDataException("JSON", e.getOriginalMessage(), e);
    }
  }

  /** The elements of a JSON array, cut out. */
  public static List<Json> elements(Json array) {
    byte[] utf8 = array.utf8();
    List<Json> elements = new ArrayList<>();
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new CorruptDataException("JSON", "not an array");
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        elements.add(cut(parser, utf8));
      }
      return elements;
    } catch (JacksonException e) {
      throw new CorruptDataException("JSON", e.getOriginalMessage(), e);
    }
  }

  private static Json cut(JsonParser parser, byte[] utf8) {
    int from = (int) parser.currentTokenLocation().getByteOffset();
    parser.skipChildren();
    // A scalar is only tokenised on demand: finishing it moves the location behind it.
    parser.finishToken();
    int to = (int) parser.currentLocation().getByteOffset();
    return Json.ofStored(Arrays.copyOfRange(utf8, from, to));
  }

  /** True if the member is there and is not null. */
  public boolean has(String name) {
    Json value = members.get(name);
    return value != null && !value.toString().equals("null");
  }

  /** A string. */
  public String text(String name) {
    String value = texts.get(name);
    if (value == null) {
      throw new CorruptDataException("Member " + name, "not a string");
    }
    return value;
  }

  /** A string, or {@code null} when the member is absent or null. */
  public @Nullable String textOrNull(String name) {
    return has(name) ? text(name) : null;
  }

  /** A whole number. */
  public long number(String name) {
    try {
      return Long.parseLong(json(name).toString());
    } catch (NumberFormatException e) {
      throw new CorruptDataException("Member " + name, "not a whole number", e);
    }
  }

  /** A boolean. */
  public boolean flag(String name) {
    String value = json(name).toString();
    if (!value.equals("true") && !value.equals("false")) {
      throw new CorruptDataException("Member " + name, "not a boolean");
    }
    return value.equals("true");
  }

  /** A time. */
  public Instant time(String name) {
    return StorageTime.parse(name, text(name));
  }

  /** A time, or {@code null} when the member is absent or null. */
  public @Nullable Instant timeOrNull(String name) {
    return has(name) ? time(name) : null;
  }

  /** A document. */
  public Json json(String name) {
    Json value = members.get(name);
    if (value == null) {
      throw new CorruptDataException("Member " + name, "absent");
    }
    return value;
  }
}
