package io.holdfast.event;

import io.holdfast.InvalidInputException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Objects;

/**
 * What is too old to be kept.
 *
 * @param age how long a month is kept once it has ended: 1 day to 100,000 days
 * @param then what becomes of it
 * @param removal how careful to be
 */
public record Retention(Duration age, Then then, Removal removal) {

  /** What becomes of a month that is too old. */
  public enum Then {
    /** {@link EventMonths#drop}, also from the archive. */
    DROP,
    /** {@link EventMonths#archive}. */
    ARCHIVE
  }

  private static final Duration MIN = Duration.ofDays(1);
  private static final Duration MAX = Duration.ofDays(100_000);

  /**
   * Checks the age.
   *
   * @throws InvalidInputException if it is out of range
   */
  public Retention {
    Objects.requireNonNull(age, "age");
    Objects.requireNonNull(then, "then");
    Objects.requireNonNull(removal, "removal");
    if (age.compareTo(MIN) < 0 || age.compareTo(MAX) > 0) {
      throw new InvalidInputException(
          "retention", "must be " + MIN.toDays() + " to " + MAX.toDays() + " days, was " + age);
    }
  }

  /** Drops months {@code age} after their end, and is careful. */
  public static Retention of(Duration age) {
    return new Retention(age, Then.DROP, Removal.CHECKED);
  }

  /** Archives months {@code age} after their end, and is careful. */
  public static Retention archiving(Duration age) {
    return new Retention(age, Then.ARCHIVE, Removal.CHECKED);
  }

  /** The same, with another care. */
  public Retention with(Removal care) {
    return new Retention(age, then, care);
  }

  /** True if {@code month} ended {@link #age} before {@code now}, or earlier. */
  public boolean isOver(YearMonth month, Instant now) {
    Instant end = month.plusMonths(1).atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
    return !end.plus(age).isAfter(now);
  }
}
