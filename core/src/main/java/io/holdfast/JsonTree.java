package io.holdfast;

import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/** Jackson, set up so that no number loses a digit. */
final class JsonTree {

  private static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(2 * Json.DEPTH_MAX)
                          .maxNumberLength(4 * Json.DIGITS_MAX)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.USE_BIG_INTEGER_FOR_INTS)
          .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
          .build();

  static {
    // The first use makes a deserializer under a lock, and may be on several event loops at once.
    var unused = MAPPER.readTree("{}");
  }

  private JsonTree() {}

  static JsonNode parse(byte[] utf8) {
    try {
      return MAPPER.readTree(utf8);
    } catch (JacksonException e) {
      throw new CorruptDataException("JSON", e.getOriginalMessage(), e);
    }
  }

  /** Reads the same token by token; its errors are Jackson's. */
  static JsonParser parser(byte[] utf8) {
    return MAPPER.createParser(utf8);
  }

  static String text(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JacksonException e) {
      throw new InvalidInputException("JSON", e.getOriginalMessage());
    }
  }

  /** PostgreSQL's {@code whole @> part}; an array contains a bare scalar at the top level only. */
  static boolean contains(JsonNode whole, JsonNode part) {
    boolean bareScalar = whole.isArray() && part.isValueNode();
    return bareScalar ? hasElement(whole, part) : containsAtLevel(whole, part);
  }

  private static boolean containsAtLevel(JsonNode whole, JsonNode part) {
    if (part.isObject()) {
      return whole.isObject() && containsMembers(whole, part);
    }
    if (part.isArray()) {
      return whole.isArray() && part.valueStream().allMatch(element -> hasElement(whole, element));
    }
    return sameScalar(whole, part);
  }

  private static boolean containsMembers(JsonNode whole, JsonNode part) {
    for (Map.Entry<String, JsonNode> member : part.properties()) {
      JsonNode found = whole.get(member.getKey());
      if (found == null || !containsAtLevel(found, member.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean hasElement(JsonNode array, JsonNode element) {
    return array.valueStream().anyMatch(candidate -> containsAtLevel(candidate, element));
  }

  private static boolean sameScalar(JsonNode left, JsonNode right) {
    boolean numbers = left.isNumber() && right.isNumber();
    return numbers ? left.decimalValue().compareTo(right.decimalValue()) == 0 : left.equals(right);
  }
}
