package io.holdfast;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/**
 * Writes the canonical form while it reads, without a tree: a migration does this twice for every
 * record, and most of them {@link PlainJson} can do. It is RFC 8785 (JSON Canonicalization Scheme)
 * but for numbers, which RFC 8785 sends through a double: here they stay exact, in plain decimal.
 */
final class CanonicalJson {

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private final JsonParser parser;
  private final Utf8Buffer out;

  private CanonicalJson(JsonParser parser, Utf8Buffer out) {
    this.parser = parser;
    this.out = out;
  }

  /** No bytes at all if they were too many. */
  static byte[] write(byte[] utf8) {
    try {
      Utf8Buffer out = new Utf8Buffer(utf8.length, Json.CANONICAL_BYTES_MAX);
      write(utf8, out, new PlainJson(out));
      return out.toBytes();
    } catch (Utf8Buffer.FullException e) {
      return new byte[0];
    }
  }

  /** Adds the canonical form to {@code out}, of {@code plain}; fails as it does when it is full. */
  static void write(byte[] utf8, Utf8Buffer out, PlainJson plain) {
    if (!plain.write(utf8)) {
      parse(utf8, out);
    }
  }

  private static void parse(byte[] utf8, Utf8Buffer out) {
    try (JsonParser parser = JsonTree.parser(utf8)) {
      new CanonicalJson(parser, out).value(parser.nextToken());
      if (parser.nextToken() != null) {
        throw new CorruptDataException("JSON", "something follows the value");
      }
    } catch (JacksonException e) {
      throw new CorruptDataException("JSON", e.getOriginalMessage(), e);
    }
  }

  private void value(@Nullable JsonToken token) {
    if (token == null) {
      throw new CorruptDataException("JSON", "it ends too soon");
    }
    switch (token) {
      case START_OBJECT -> object();
      case START_ARRAY -> array();
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT -> integer(parser.getString());
      case VALUE_NUMBER_FLOAT -> out.ascii(number(parser.getDecimalValue()));
      case VALUE_TRUE -> out.bytes(TRUE);
      case VALUE_FALSE -> out.bytes(FALSE);
      case VALUE_NULL -> out.bytes(NULL);
      default -> throw new CorruptDataException("JSON", "no value, but " + token);
    }
  }

  /** JSON knows no needless zeros in front; there is one way to write an integer, but for -0. */
  private void integer(String digits) {
    out.ascii(digits.equals("-0") ? "0" : digits);
  }

  private static String number(BigDecimal number) {
    return number.signum() == 0 ? "0" : number.stripTrailingZeros().toPlainString();
  }

  private void string() {
    out.quoted(parser.getStringCharacters(), parser.getStringOffset(), parser.getStringLength());
  }

  private void array() {
    char separator = '[';
    for (JsonToken token = parser.nextToken();
        token != JsonToken.END_ARRAY;
        token = parser.nextToken()) {
      out.one(separator);
      value(token);
      separator = ',';
    }
    if (separator == '[') {
      out.one('[');
    }
    out.one(']');
  }

  /** A member as it was written, with what separates it from the one before. */
  private record Member(String name, int from, int to) {}

  private void object() {
    List<Member> members = new ArrayList<>();
    int begin = out.size();
    boolean inOrder = true;
    @Nullable String before = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String name = parser.currentName();
      int from = out.size();
      out.one(',');
      out.quoted(name);
      out.one(':');
      value(parser.nextToken());
      members.add(new Member(name, from, out.size()));
      // String's natural order is by UTF-16 code unit, as RFC 8785 asks.
      inOrder &= before == null || before.compareTo(name) < 0;
      before = name;
    }
    if (members.isEmpty()) {
      out.one('{');
    } else {
      if (!inOrder) {
        rearrange(begin, members);
      }
      out.set(begin, '{');
    }
    out.one('}');
  }

  /** In order; of members of the same name the last counts. */
  private void rearrange(int begin, List<Member> members) {
    members.sort(Comparator.comparing(Member::name));
    int[] stretches = new int[2 * members.size()];
    int count = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (i + 1 == members.size() || !members.get(i + 1).name().equals(member.name())) {
        stretches[2 * count] = member.from();
        stretches[2 * count + 1] = member.to();
        count++;
      }
    }
    out.rearrange(begin, stretches, count);
  }
}
