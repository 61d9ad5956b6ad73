package io.holdfast;

import java.util.Arrays;

/**
 * Writes the canonical form of what most documents are made of, byte by byte: what needs no change
 * is copied as it stands. At anything else, and at anything that is not JSON, it gives up, and
 * {@link CanonicalJson} decides. It relies on its input to be UTF-8, as that of {@link Json} is.
 * May be used again and again.
 */
final class PlainJson {

  /** Deeper ones are rare, and the stack is not endless. */
  private static final int DEPTH_MAX = 64;

  /** Escapes that the canonical form has as well. */
  private static final String SAME_ESCAPES = "\"\\bfnrt";

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};
  private static final byte[] FALSE = {'f', 'a', 'l', 's', 'e'};

  private final Utf8Buffer out;
  private final MemberPlaces members;
  private byte[] in = NULL;
  private int at;

  PlainJson(Utf8Buffer out) {
    this.out = out;
    this.members = new MemberPlaces(out);
  }

  /** True if it is done; if not, the buffer is as it was. */
  boolean write(byte[] utf8) {
    int begin = out.size();
    in = utf8;
    at = 0;
    members.clear();
    boolean isDone = value(0) && next() < 0;
    in = NULL;
    if (!isDone) {
      out.truncate(begin);
    }
    return isDone;
  }

  /** The next byte that is no white space, not taken; negative at the end, and for no ASCII. */
  private int next() {
    while (at < in.length) {
      byte b = in[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b < 0 ? 0 : b;
      }
      at++;
    }
    return -1;
  }

  private boolean value(int depth) {
    return switch (next()) {
      case '{' -> depth < DEPTH_MAX && object(depth);
      case '[' -> depth < DEPTH_MAX && array(depth);
      case '"' -> string(false);
      case 't' -> word(TRUE);
      case 'f' -> word(FALSE);
      case 'n' -> word(NULL);
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number();
      default -> false;
    };
  }

  private boolean word(byte[] word) {
    int end = at + word.length;
    if (end > in.length || !Arrays.equals(in, at, end, word, 0, word.length)) {
      return false;
    }
    out.bytes(word);
    at = end;
    return true;
  }

  private boolean array(int depth) {
    at++;
    out.one('[');
    if (next() == ']') {
      at++;
      out.one(']');
      return true;
    }
    while (value(depth + 1)) {
      int separator = next();
      at++;
      if (separator != ',') {
        out.one(']');
        return separator == ']';
      }
      out.one(',');
    }
    return false;
  }

  private boolean object(int depth) {
    int begin = out.size();
    int first = members.size();
    at++;
    if (next() == '}') {
      at++;
      out.one('{');
      out.one('}');
      return true;
    }
    int separator = ',';
    while (separator == ',') {
      int from = out.size();
      out.one(',');
      if (next() != '"' || !string(true) || next() != ':') {
        return false;
      }
      at++;
      int nameEnd = out.size() - 1;
      out.one(':');
      if (!value(depth + 1)) {
        return false;
      }
      members.add(from, nameEnd, out.size());
      separator = next();
      at++;
    }
    if (separator != '}' || !members.close(first, begin)) {
      return false;
    }
    out.set(begin, '{');
    out.one('}');
    return true;
  }

  /** Names of other than ASCII have an order of their own, and escapes in them are rare. */
  private boolean string(boolean name) {
    int from = at++;
    while (at < in.length) {
      byte b = in[at++];
      if (b == '"') {
        out.bytes(in, from, at);
        return true;
      }
      if (b == '\\') {
        if (name || at == in.length || SAME_ESCAPES.indexOf(in[at++]) < 0) {
          return false;
        }
      } else if (b < 0 ? name : b < ' ') {
        return false;
      }
    }
    return false;
  }

  private boolean number() {
    int from = at;
    if (in[at] == '-') {
      at++;
    }
    int whole = at;
    skipDigits();
    boolean leadingZero = at - whole > 1 && in[whole] == '0';
    if (at == whole || leadingZero) {
      return false;
    }
    int end = at;
    if (at < in.length && in[at] == '.') {
      at++;
      int fraction = at;
      skipDigits();
      if (at == fraction) {
        return false;
      }
      end = at;
      while (in[end - 1] == '0') {
        end--;
      }
      end -= in[end - 1] == '.' ? 1 : 0;
    }
    boolean isLong = at - from > 2 * Json.DIGITS_MAX;
    if (isLong || (at < in.length && (in[at] | 0x20) == 'e')) {
      return false;
    }
    boolean isZero = end == whole + 1 && in[whole] == '0';
    out.bytes(in, isZero ? whole : from, end);
    return true;
  }

  private void skipDigits() {
    while (at < in.length && in[at] >= '0' && in[at] <= '9') {
      at++;
    }
  }
}
