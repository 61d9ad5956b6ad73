package io.holdfast;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
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

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final byte[] utf8;
  private String[] names = new String[12];
  private @Nullable String[] texts = new String[12];
  private int[] places = new int[24];
  private int size;

  private JsonFields(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** Reads {@code object}; fails with {@link CorruptDataException} if it is not an object. */
  public static JsonFields of(Json object) {
    JsonFields fields = new JsonFields(object.utf8());
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), fields.utf8)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new CorruptDataException("JSON", "not an object");
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        fields.add(parser);
      }
      return fields;
    } catch (JacksonException e) {
      throw new CorruptDataException("JSON", e.getOriginalMessage(), e);
    }
  }

  private void add(JsonParser parser) {
    if (size == names.length) {
      names = Arrays.copyOf(names, 2 * size);
      texts = Arrays.copyOf(texts, 2 * size);
      places = Arrays.copyOf(places, 4 * size);
    }
    names[size] = parser.currentName();
    JsonToken token = parser.nextToken();
    texts[size] = token == JsonToken.VALUE_STRING ? parser.getString() : null;
    places[2 * size] = (int) parser.currentTokenLocation().getByteOffset();
    places[2 * size + 1] = end(parser);
    size++;
  }

  /** Where the value ends. */
  private static int end(JsonParser parser) {
    parser.skipChildren();
    // A scalar is only tokenised on demand: finishing it moves the location behind it.
    parser.finishToken();
    return (int) parser.currentLocation().getByteOffset();
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
    return Json.ofStored(Arrays.copyOfRange(utf8, from, end(parser)));
  }

  /** Where a member is; the last of its name counts. Negative if there is none. */
  private int find(String name) {
    int member = size - 1;
    while (member >= 0 && !names[member].equals(name)) {
      member--;
    }
    return member;
  }

  private int require(String name) {
    int member = find(name);
    if (member < 0) {
      throw new CorruptDataException("Member " + name, "absent");
    }
    return member;
  }

  private boolean is(int member, byte[] word) {
    return Arrays.equals(utf8, places[2 * member], places[2 * member + 1], word, 0, word.length);
  }

  private String spelling(int member) {
    int from = places[2 * member];
    return new String(utf8, from, places[2 * member + 1] - from, StandardCharsets.UTF_8);
  }

  /** True if the member is there and is not null. */
  public boolean has(String name) {
    int member = find(name);
    return member >= 0 && !is(member, NULL);
  }

  /** A string. */
  public String text(String name) {
    int member = find(name);
    String value = member < 0 ? null : texts[member];
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
      return Long.parseLong(spelling(require(name)));
    } catch (NumberFormatException e) {
      throw new CorruptDataException("Member " + name, "not a whole number", e);
    }
  }

  /** A boolean. */
  public boolean flag(String name) {
    String value = spelling(require(name));
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
    int member = require(name);
    return Json.ofStored(Arrays.copyOfRange(utf8, places[2 * member], places[2 * member + 1]));
  }
}
