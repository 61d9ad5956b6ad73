package io.holdfast.event;

import io.holdfast.Position;
import java.time.YearMonth;
import java.util.Objects;

/**
 * What an archive holds of a month: every event of the month between two positions. A month whose
 * events came back after it was archived has several.
 *
 * @param month the month
 * @param events how many events
 * @param bytes how much room they take
 * @param first the position of the first
 * @param last the position of the last
 * @param sha256 over the canonical forms of the events, in hex: see {@link EventDigest}
 */
public record ArchivedMonth(
    YearMonth month, long events, long bytes, Position first, Position last, String sha256) {

  /** Requires all parts. */
  public ArchivedMonth {
    Objects.requireNonNull(month, "month");
    Objects.requireNonNull(first, "first");
    Objects.requireNonNull(last, "last");
    Objects.requireNonNull(sha256, "sha256");
  }

  /** As it is listed among the months of a log. */
  public EventMonth listed() {
    return new EventMonth(month, EventMonth.State.ARCHIVED, events, true, bytes, first, last);
  }

  @Override
  public String toString() {
    return month + " (" + first + " to " + last + ")";
  }
}
