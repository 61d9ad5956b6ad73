package io.holdfast;

import static java.util.stream.Collectors.joining;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Writes a value as JSON in one of its many spellings, as {@code random} has it: every second
 * document is spelled plainly, as most are.
 */
final class JsonSpelling {

  private final Random random;

  private final boolean plain;

  private JsonSpelling(Random random) {
    this.random = random;
    this.plain = random.nextBoolean();
  }

  static String of(Object value, Random random) {
    return new JsonSpelling(random).spell(value);
  }

  private String spell(Object value) {
    return space() + spellBare(value) + space();
  }

  private String spellBare(Object value) {
    if (value instanceof Map<?, ?> members) {
      List<Object> keys = new ArrayList<>(members.keySet());
      Collections.shuffle(keys, random);
      return keys.stream()
          .map(key -> spell(key) + ":" + spell(members.get(key)))
          .collect(joining(",", "{", "}"));
    }
    if (value instanceof List<?> elements) {
      return elements.stream().map(this::spell).collect(joining(",", "[", "]"));
    }
    if (value instanceof BigDecimal number) {
      return number(number);
    }
    return value instanceof String text ? text(text) : value.toString();
  }

  private String space() {
    return List.of("", " ", "\n", "\t ", "\r\n").get(random.nextInt(5));
  }

  private String number(BigDecimal number) {
    return switch (random.nextInt(plain ? 2 : 4)) {
      case 0 -> number.toPlainString();
      case 1 -> number.setScale(Math.max(number.scale(), 0) + 3).toPlainString();
      case 2 -> number.unscaledValue() + "e" + -number.scale();
      default -> number.unscaledValue().multiply(BigInteger.TEN) + "E" + (-number.scale() - 1);
    };
  }

  private String text(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(point -> out.append(character(point)));
    return out.append('"').toString();
  }

  private String character(int point) {
    int named = plain ? "\"\\\b\f\n\r\t".indexOf(point) : -1;
    if (named >= 0) {
      return "\\" + "\"\\bfnrt".charAt(named);
    }
    String itself = Character.toString(point);
    boolean special = point < 0x20 || point == '"' || point == '\\';
    boolean escape = special || (!plain && random.nextInt(3) == 0);
    return escape ? itself.chars().mapToObj(this::escaped).collect(joining()) : itself;
  }

  private String escaped(int unit) {
    return String.format(random.nextBoolean() ? "\\u%04x" : "\\u%04X", unit);
  }
}
