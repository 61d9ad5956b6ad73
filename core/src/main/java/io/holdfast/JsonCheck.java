package io.holdfast;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.exc.UnexpectedEndOfInputException;
import tools.jackson.core.json.JsonFactory;

/** The border: what is JSON, and what of it PostgreSQL's JSONB keeps faithfully. */
final class JsonCheck {

  private static final String WHAT = "JSON";

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(Json.DEPTH_MAX)
                  .maxNumberLength(4 * Json.DIGITS_MAX)
                  .maxStringLength(Json.BYTES_MAX)
                  .maxNameLength(Json.BYTES_MAX)
                  .build())
          .build();

  private JsonCheck() {}

  static byte[] encode(String text) {
    Objects.requireNonNull(text, WHAT);
    int lone = Names.loneSurrogate(text);
    if (lone >= 0) {
      throw new InvalidInputException(WHAT, "lone surrogate", "character " + lone);
    }
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static byte[] requireUtf8(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return decodable(bytes);
      }
    }
    return bytes;
  }

  private static byte[] decodable(byte[] bytes) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return bytes;
    } catch (CharacterCodingException e) {
      throw new InvalidInputException(WHAT, "not UTF-8: " + e.getMessage());
    }
  }

  static byte[] check(byte[] utf8) {
    if (utf8.length > Json.BYTES_MAX) {
      throw new InvalidInputException(
          WHAT,
          "at most "
              + Json.BYTES_MAX
              + " bytes, was "
              + utf8.length
              + "; "
              + JsonParts.largest(utf8));
    }
    requireJsonStart(utf8);
    // Without an escape, text that came from valid UTF-8 can hold neither NUL nor half a pair.
    boolean escapes = hasEscape(utf8);
    try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), utf8)) {
      walk(parser, escapes);
      return onOneLine(utf8);
    } catch (StreamConstraintsException e) {
      throw new InvalidInputException(WHAT, constraint(e));
    } catch (JacksonException e) {
      throw new InvalidInputException(
          WHAT, malformed(e), "byte " + e.getLocation().getByteOffset());
    }
  }

  /** Keeps the parser from guessing UTF-16 or skipping a byte order mark: neither is UTF-8 JSON. */
  private static void requireJsonStart(byte[] utf8) {
    if (utf8.length > 0 && utf8[0] < 0) {
      throw new InvalidInputException(WHAT, "does not start like JSON", "byte 0");
    }
    for (int i = 0; i < utf8.length; i++) {
      if (utf8[i] == 0) {
        throw new InvalidInputException(WHAT, "NUL byte", "byte " + i);
      }
    }
  }

  /**
   * Between tokens a line break means no more than a space, and inside a string it is not legal: so
   * a document can stand in a file that has one a line.
   */
  private static byte[] onOneLine(byte[] utf8) {
    int first = 0;
    while (first < utf8.length && !isLineBreak(utf8[first])) {
      first++;
    }
    if (first == utf8.length) {
      return utf8;
    }
    byte[] line = utf8.clone();
    for (int i = first; i < line.length; i++) {
      line[i] = isLineBreak(line[i]) ? (byte) ' ' : line[i];
    }
    return line;
  }

  private static boolean isLineBreak(byte b) {
    return b == '\n' || b == '\r';
  }

  private static void walk(JsonParser parser, boolean escapes) {
    JsonToken token = parser.nextToken();
    if (token == null) {
      throw new InvalidInputException(WHAT, "empty text");
    }
    while (token != null) {
      checkToken(parser, token, escapes);
      boolean whole = parser.streamReadContext().inRoot();
      token = parser.nextToken();
      if (whole && token != null) {
        throw new InvalidInputException(WHAT, "more than one value");
      }
    }
  }

  private static void checkToken(JsonParser parser, JsonToken token, boolean escapes) {
    if (token.isNumeric()) {
      checkNumber(parser);
    } else if (escapes && token == JsonToken.VALUE_STRING) {
      checkString(parser, parser.getString());
    } else if (escapes && token == JsonToken.PROPERTY_NAME) {
      checkString(parser, parser.currentName());
    }
  }

  private static void checkString(JsonParser parser, String value) {
    if (value.indexOf('\0') >= 0) {
      throw new InvalidInputException(WHAT, "\\u0000 in a string", pointer(parser));
    }
    if (Names.loneSurrogate(value) >= 0) {
      throw new InvalidInputException(WHAT, "lone surrogate in a string", pointer(parser));
    }
  }

  private static void checkNumber(JsonParser parser) {
    String text = parser.getString();
    if (text.length() <= Json.DIGITS_MAX && text.indexOf('e') < 0 && text.indexOf('E') < 0) {
      return;
    }
    if (!fits(text)) {
      throw new InvalidInputException(
          WHAT,
          "number of more than " + Json.DIGITS_MAX + " digits on one side of the point",
          pointer(parser));
    }
  }

  private static boolean fits(String text) {
    try {
      BigDecimal number = new BigDecimal(text);
      long digitsBefore = (long) number.precision() - number.scale();
      return digitsBefore <= Json.DIGITS_MAX && number.scale() <= Json.DIGITS_MAX;
    } catch (NumberFormatException | ArithmeticException e) {
      return false;
    }
  }

  private static String pointer(JsonParser parser) {
    String pointer = parser.streamReadContext().pathAsPointer().toString();
    return pointer.length() <= 500 ? pointer : pointer.substring(0, 500) + "...";
  }

  /** The parser's own words speak to programmers, and name its classes. */
  private static String malformed(JacksonException e) {
    if (e instanceof UnexpectedEndOfInputException) {
      return "ends too early";
    }
    return e.getOriginalMessage().startsWith("Duplicate") ? "a key appears twice" : "malformed";
  }

  private static String constraint(StreamConstraintsException e) {
    return e.getOriginalMessage().contains("depth")
        ? "nested deeper than " + Json.DEPTH_MAX + " levels"
        : e.getOriginalMessage();
  }

  private static boolean hasEscape(byte[] utf8) {
    for (byte b : utf8) {
      if (b == '\\') {
        return true;
      }
    }
    return false;
  }
}
