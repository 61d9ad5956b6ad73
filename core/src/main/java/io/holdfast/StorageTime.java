package io.holdfast;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

  /** For times that cannot be kept, and can be asked for. */
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  /** The text form, digits as zeros. */
  private static final String SHAPE = "0000-00-00T00:00:00.000000Z";

  private static final int SECONDS_A_DAY = 86_400;
  private static final int NANOS_A_MICRO = 1_000;

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
    if (time.isBefore(EARLIEST) || !time.isBefore(END)) {
      return FORMAT.format(time);
    }
    // By hand: every record has one, and a formatter takes longer than all else about an event.
    LocalDate date =
        LocalDate.ofEpochDay(Math.floorDiv(time.getEpochSecond(), (long) SECONDS_A_DAY));
    int second = Math.floorMod(time.getEpochSecond(), SECONDS_A_DAY);
    char[] text = SHAPE.toCharArray();
    put(text, 0, 4, date.getYear());
    put(text, 5, 2, date.getMonthValue());
    put(text, 8, 2, date.getDayOfMonth());
    put(text, 11, 2, second / 3_600);
    put(text, 14, 2, second / 60 % 60);
    put(text, 17, 2, second % 60);
    put(text, 20, 6, time.getNano() / NANOS_A_MICRO);
    return new String(text);
  }

  private static void put(char[] text, int at, int digits, int value) {
    int rest = value;
    for (int i = at + digits - 1; i >= at; i--) {
      text[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
  }

  /**
   * Reads an ISO-8601 time.
   *
   * @throws InvalidInputException if {@code text} is not one, or is out of range
   */
  public static Instant parse(String what, String text) {
    try {
      return check(what, isInShape(text) ? read(text) : Instant.parse(text));
    } catch (DateTimeException e) {
      throw new InvalidInputException(what, "not an ISO-8601 time: " + text);
    }
  }

  /** True for what {@link #format} writes, and for dates of that form that do not exist. */
  private static boolean isInShape(String text) {
    if (text.length() != SHAPE.length()) {
      return false;
    }
    for (int i = 0; i < SHAPE.length(); i++) {
      char c = text.charAt(i);
      if (SHAPE.charAt(i) == '0' ? c < '0' || c > '9' : c != SHAPE.charAt(i)) {
        return false;
      }
    }
    // ISO 8601 knows the end of a day, and a leap second.
    return number(text, 11, 2) < 24 && number(text, 17, 2) < 60;
  }

  private static Instant read(String text) {
    LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
    LocalTime time = LocalTime.of(number(text, 11, 2), number(text, 14, 2), number(text, 17, 2));
    return Instant.ofEpochSecond(
        date.toEpochDay() * SECONDS_A_DAY + time.toSecondOfDay(),
        (long) number(text, 20, 6) * NANOS_A_MICRO);
  }

  private static int number(String text, int at, int digits) {
    int number = 0;
    for (int i = at; i < at + digits; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }
}
