package io.holdfast.postgres;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.stream.Stream;

/**
 * Notes in which months the events of a stretch of positions are, so that readers open no others.
 * Whoever writes events notes it in the same transaction, or readers do not see them. It looks
 * whether a note is there each time, and remembers nothing: what this process has seen committed
 * may be gone when a standby has taken over.
 */
final class PositionMonths {

  /** Notes {@code {months}}, an array of dates, for all positions behind one up to another. */
  static final String NOTE_RANGE =
      """
      INSERT INTO {schema}.position_months (block, month)
      SELECT b.block, m.month
      FROM generate_series(({behind} + 1) >> 18, {upto} >> 18) AS b (block),
        unnest({months}::date[]) AS m (month)
      WHERE NOT EXISTS (
        SELECT FROM {schema}.position_months k WHERE k.block = b.block AND k.month = m.month)
      RETURNING block
      """;

  private PositionMonths() {}

  /** Fills in {@link #NOTE_RANGE}. */
  static String noteRange(String behind, String upto, String months) {
    return NOTE_RANGE
        .replace("{behind}", behind)
        .replace("{upto}", upto)
        .replace("{months}", months);
  }

  /** The months of {@code times}, as the statements take them. */
  static String[] of(Stream<Instant> times) {
    return times
        .map(time -> time.atOffset(ZoneOffset.UTC).toLocalDate().withDayOfMonth(1))
        .distinct()
        .map(LocalDate::toString)
        .toArray(String[]::new);
  }
}
