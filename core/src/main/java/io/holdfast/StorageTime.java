package io.holdfast;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/**
 * Time as every backend keeps it: UTC, cut to microseconds, from 1970-01-01 up to but not including
 * 2200-01-01.
 */
public final class StorageTime {

  /** The earliest time that can be kept. */
  public static final Instant EARLIEST = Instant.EPOCH;

  /** The first time that cannot be kept any more. */
  public static final Instant END = Instant.parse("2200-01-01T00:00:00Z");

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private StorageTime() {}

  /**
   * Returns {@code time} cut to microseconds.
   *
   * @throws InvalidInputException if it is out of range
   */
  @CanIgnoreReturnValue
  public static Instant check(String what, Instant time) {
    if (time.isBefore(EARLIEST) || !time.isBefore(END)) {
      throw new InvalidInputException(
          what, "must be from " + EARLIEST + " up to " + END + ", was " + time);
    }
    return time.truncatedTo(ChronoUnit.MICROS);
  }

  /** The text form: always six fraction digits, always {@code Z}. */
  public static String format(Instant time) {
    return FORMAT.format(time);
  }

  /**
   * Reads an ISO-8601 time.
   *
   * @throws InvalidInputException if {@code text} is not one, or is out of range
   */
  public static Instant parse(String what, String text) {
    try {
      return check(what, Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new InvalidInputException(what, "not an ISO-8601 time: " + text);
    }
  }
}
