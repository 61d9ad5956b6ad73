package io.holdfast;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Makes values that JSON can say: strings, numbers without needless zeros, booleans, lists and
 * maps. Two of them mean the same exactly when Java calls them equal.
 */
final class RandomJson {

  private static final int[] POINTS = {'a', 'b', '"', '\\', '/', '\n', 1, 0xE9, 0xFF5E, 0x1F600};

  private final Random random;

  RandomJson(Random random) {
    this.random = random;
  }

  Object document(int depth) {
    return switch (random.nextInt(depth > 0 ? 5 : 3)) {
      case 0 -> random.nextBoolean();
      case 1 -> text();
      case 2 -> number();
      case 3 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  List<Object> array(int depth) {
    List<Object> elements = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      elements.add(document(depth));
    }
    return elements;
  }

  Map<String, Object> object(int depth) {
    Map<String, Object> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      members.put(text(), document(depth));
    }
    return members;
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(4); i > 0; i--) {
      text.appendCodePoint(POINTS[random.nextInt(POINTS.length)]);
    }
    return text.toString();
  }

  private BigDecimal number() {
    int bits = random.nextInt(1 + random.nextInt(100));
    BigInteger digits = new BigInteger(bits, random);
    BigDecimal number = new BigDecimal(digits, random.nextInt(41) - 20);
    BigDecimal signed = random.nextBoolean() ? number : number.negate();
    return signed.signum() == 0 ? BigDecimal.ZERO : signed.stripTrailingZeros();
  }
}
