package io.holdfast.postgres;

import io.holdfast.event.EventMonth;
import java.time.YearMonth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A table that holds, or held, a month of events.
 *
 * @param name {@code events_2026_01}; with {@code _detached_} and a number, one whose name was
 *     needed for another
 * @param attached true if it is a partition, which it also is while it is being detached
 * @param pending true if a detach of it has begun, and readers no longer see it
 * @param isSealed true if it takes no more events, as it is being archived
 * @param estimate how many rows the planner believes there are; negative if it does not know
 * @param oid what PostgreSQL knows it by
 */
record MonthTable(
    String name, boolean attached, boolean pending, boolean isSealed, long estimate, long oid) {

  private static final Pattern NAME =
      Pattern.compile("events_(\\d{4})_(\\d{2})(?:_detached_\\d+)?");

  static MonthTable of(Columns row) {
    return new MonthTable(
        row.text(0), row.flag(1), row.flag(2), row.flag(3), row.number(4), row.number(5));
  }

  static String name(YearMonth month) {
    return "events_%04d_%02d".formatted(month.getYear(), month.getMonthValue());
  }

  YearMonth month() {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      throw new IllegalStateException("Not a month of events: " + name);
    }
    return YearMonth.of(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /** True if it takes events. */
  boolean isOpen() {
    return isLive() && !isSealed;
  }

  /** True if readers see it. */
  boolean isLive() {
    return attached && !pending;
  }

  EventMonth.State state() {
    return isLive() ? EventMonth.State.LIVE : EventMonth.State.DETACHING;
  }
}
