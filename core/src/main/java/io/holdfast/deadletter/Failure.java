package io.holdfast.deadletter;

import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.JsonFields;
import io.holdfast.JsonWriter;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;

/**
 * One failed attempt at a work item. The attempt number tells a repeated report from a new failure.
 *
 * @param attempt 1 for the first attempt at the item, and so on
 * @param at when it failed
 * @param errorType the kind of error, a {@linkplain Names#check name}
 * @param message what was said, {@linkplain Names#checkText free text}
 * @param details whatever else is known: stack trace, agent, step, duration
 */
public record Failure(int attempt, Instant at, String errorType, String message, Json details) {

  private static final int MESSAGE_CHARS_MAX = 10_000;

  /** Checks number, time, name and text. */
  public Failure {
    if (attempt < 1) {
      throw new InvalidInputException("attempt", "must be at least 1, was " + attempt);
    }
    at = StorageTime.check("failure time", at);
    Names.check("error type", errorType);
    Names.checkText("failure message", message);
    Objects.requireNonNull(details, "details");
  }

  /**
   * What {@code error} says, as far as a storage can keep it: its class, and its message, cut to
   * {@value #MESSAGE_CHARS_MAX} characters.
   */
  public static Failure of(int attempt, Throwable error, Json details) {
    String message = error.getMessage() == null ? "" : error.getMessage();
    return new Failure(
        attempt,
        Instant.now(),
        cut(error.getClass().getName(), Names.NAME_CHARS_MAX),
        cut(clean(message), MESSAGE_CHARS_MAX),
        details);
  }

  /** Without what no storage keeps: NUL, and halves of surrogate pairs. */
  private static String clean(String message) {
    StringBuilder clean = new StringBuilder(message.length());
    message
        .codePoints()
        .map(c -> c == 0 || (c >= 0xD800 && c <= 0xDFFF) ? '?' : c)
        .forEach(clean::appendCodePoint);
    return clean.toString();
  }

  private static String cut(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    return text.substring(0, Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most);
  }

  /** What groups like failures: see {@link ErrorSignature}. */
  public String signature() {
    return ErrorSignature.of(errorType, message);
  }

  /** As one JSON object. */
  public Json encode() {
    return new JsonWriter()
        .number("attempt", attempt)
        .time("at", at)
        .text("errorType", errorType)
        .text("message", message)
        .json("details", details)
        .end();
  }

  /** Reads {@link #encode}'s result; throws {@link CorruptDataException} if it is not one. */
  public static Failure decode(Json json) {
    JsonFields fields = JsonFields.of(json);
    return new Failure(
        (int) fields.number("attempt"),
        fields.time("at"),
        fields.text("errorType"),
        fields.text("message"),
        fields.json("details"));
  }
}
