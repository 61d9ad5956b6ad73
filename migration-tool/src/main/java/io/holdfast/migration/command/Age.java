package io.holdfast.migration.command;

import io.holdfast.InvalidInputException;
import io.holdfast.StorageTime;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How old something is: {@code 7d}, {@code 24h} or {@code 30m}. */
final class Age {

  private static final Pattern AGE = Pattern.compile("([1-9][0-9]{0,5})([dhm])");

  private Age() {}

  /** When that was, by the clock of this process; never before all that a storage keeps. */
  static Instant ago(String text) {
    Instant time = Instant.now().minus(parse(text));
    return time.isBefore(StorageTime.EARLIEST) ? StorageTime.EARLIEST : time;
  }

  private static Duration parse(String text) {
    Matcher matcher = AGE.matcher(text);
    if (!matcher.matches()) {
      throw new InvalidInputException("age", "must be like 7d, 24h or 30m, was " + text);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "d" -> Duration.ofDays(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofMinutes(count);
    };
  }
}
