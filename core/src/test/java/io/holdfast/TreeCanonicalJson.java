package io.holdfast;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The canonical form, written from a tree: what the streaming one has to agree with. */
final class TreeCanonicalJson {

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private final StringBuilder out = new StringBuilder(256);

  private TreeCanonicalJson() {}

  /** No bytes at all if they were too many. */
  static byte[] write(JsonNode tree) {
    TreeCanonicalJson canonical = new TreeCanonicalJson();
    canonical.value(tree);
    byte[] utf8 =
        canonical.isFull()
            ? new byte[0]
            : canonical.out.toString().getBytes(StandardCharsets.UTF_8);
    return utf8.length > Json.CANONICAL_BYTES_MAX ? new byte[0] : utf8;
  }

  private boolean isFull() {
    return out.length() > Json.CANONICAL_BYTES_MAX;
  }

  private void value(JsonNode node) {
    if (isFull()) {
      return;
    }
    switch (node.getNodeType()) {
      case OBJECT -> object(node);
      case ARRAY -> array(node);
      case STRING -> string(node.stringValue());
      case NUMBER -> out.append(number(node.decimalValue()));
      case BOOLEAN -> out.append(node.booleanValue());
      case NULL -> out.append("null");
      default -> throw new IllegalStateException("No JSON type: " + node.getNodeType());
    }
  }

  private void object(JsonNode node) {
    // String's natural order is by UTF-16 code unit, as RFC 8785 asks.
    Map<String, JsonNode> sorted = new TreeMap<>();
    node.properties().forEach(member -> sorted.put(member.getKey(), member.getValue()));
    char separator = '{';
    for (Map.Entry<String, JsonNode> member : sorted.entrySet()) {
      out.append(separator);
      string(member.getKey());
      out.append(':');
      value(member.getValue());
      separator = ',';
    }
    out.append(sorted.isEmpty() ? "{}" : "}");
  }

  private void array(JsonNode node) {
    out.append('[');
    for (int i = 0; i < node.size(); i++) {
      if (i > 0) {
        out.append(',');
      }
      value(node.get(i));
    }
    out.append(']');
  }

  private static String number(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private void string(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      character(value.charAt(i));
    }
    out.append('"');
  }

  private void character(char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < 0x20) {
          out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
        } else {
          out.append(c);
        }
      }
    }
  }
}
