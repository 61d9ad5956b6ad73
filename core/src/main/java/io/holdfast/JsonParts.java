package io.holdfast;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.stream.Collectors;

/**
 * Finds the members or elements that make a document large, without parsing it: for messages about
 * a document that is too large to be parsed.
 */
public final class JsonParts {

  private static final int NAMED = 5;
  private static final int NAME_BYTES_MAX = 100;

  private final byte[] utf8;
  private final PriorityQueue<Part> largest =
      new PriorityQueue<>(Comparator.comparingInt(Part::bytes));
  private int depth;
  private int partStart = -1;
  private int parts;

  private record Part(String pointer, int bytes) {}

  private JsonParts(byte[] utf8) {
    this.utf8 = utf8;
  }

  /** A phrase: the five largest parts of the top level, the largest first, with their sizes. */
  public static String largest(byte[] utf8) {
    JsonParts parts = new JsonParts(utf8);
    parts.scan();
    String named =
        parts.largest.stream()
            .sorted(Comparator.comparingInt(Part::bytes).reversed())
            .map(part -> part.pointer() + " (" + part.bytes() + " bytes)")
            .collect(Collectors.joining(", "));
    return named.isEmpty() ? "it has no parts" : "the largest parts are " + named;
  }

  private void scan() {
    for (int at = 0; at < utf8.length; at++) {
      switch (utf8[at]) {
        case '"' -> at = endOfString(at);
        case '{', '[' -> open(at);
        case '}', ']' -> close(at);
        case ',' -> endPart(at);
        default -> {}
      }
    }
  }

  private int endOfString(int quote) {
    int at = quote + 1;
    while (at < utf8.length && utf8[at] != '"') {
      at += utf8[at] == '\\' ? 2 : 1;
    }
    return at;
  }

  private void open(int at) {
    depth++;
    if (depth == 1) {
      partStart = at + 1;
    }
  }

  private void close(int at) {
    endPart(at);
    depth--;
  }

  private void endPart(int at) {
    if (depth == 1 && partStart >= 0) {
      largest.add(new Part("/" + name(), at - partStart));
      if (largest.size() > NAMED) {
        largest.remove();
      }
      partStart = at + 1;
      parts++;
    }
  }

  /** The member's name as it is written; the number of an element. */
  private String name() {
    int quote = partStart;
    while (utf8[quote] == ' '
        || utf8[quote] == '\n'
        || utf8[quote] == '\r'
        || utf8[quote] == '\t') {
      quote++;
    }
    int end = utf8[quote] == '"' ? endOfString(quote) : quote;
    boolean isMember = end > quote && end + 1 < utf8.length && utf8[end + 1] == ':';
    if (!isMember) {
      return Integer.toString(parts);
    }
    int cut = Math.min(end, quote + 1 + NAME_BYTES_MAX);
    return new String(utf8, quote + 1, cut - quote - 1, StandardCharsets.UTF_8);
  }
}
