package io.holdfast;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A place in the order of all events of one store. Opaque: keep it, print it, give it back; do not
 * count with it. Positions have holes, and they mean nothing in another store.
 *
 * <p>The text is either a number, or, for a store that is spread over several logs, one {@code
 * log:number} a log, joined by commas.
 */
public record Position(String value) {

  /** Before the first event of any store. */
  public static final Position BEGINNING = new Position("0");

  private static final Pattern TEXT =
      Pattern.compile("\\d{1,18}|[a-z0-9_-]{1,63}:\\d{1,18}(,[a-z0-9_-]{1,63}:\\d{1,18}){0,1023}");

  /**
   * Reads the text form.
   *
   * @throws InvalidInputException if {@code value} is not the text of a position
   */
  public Position {
    Objects.requireNonNull(value, "position");
    if (!isNumber(value) && !TEXT.matcher(value).matches()) {
      throw new InvalidInputException("position", "not a position: " + value);
    }
  }

  /** True if every event at or before {@code other} is also at or before this position. */
  public boolean covers(Position other) {
    if (isNumber(value) && isNumber(other.value)) {
      return Long.parseLong(value) >= Long.parseLong(other.value);
    }
    Map<String, Long> mine = parts();
    return other.parts().entrySet().stream()
        .allMatch(part -> mine.getOrDefault(part.getKey(), 0L) >= part.getValue());
  }

  private Map<String, Long> parts() {
    Map<String, Long> parts = new LinkedHashMap<>();
    for (String part : value.split(",", -1)) {
      int colon = part.indexOf(':');
      parts.put(part.substring(0, Math.max(colon, 0)), Long.valueOf(part.substring(colon + 1)));
    }
    return parts;
  }

  /** The common case without a regular expression: positions are made once an event. */
  private static boolean isNumber(String value) {
    if (value.isEmpty() || value.length() > 18) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      if (value.charAt(i) < '0' || value.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  @Override
  public String toString() {
    return value;
  }
}
