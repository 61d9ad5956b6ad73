package io.holdfast.event;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.InvalidInputException;
import io.holdfast.Position;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A month of events.
 *
 * @param month which one, in UTC
 * @param state where its events are
 * @param events how many there are
 * @param exact false if {@code events} is the database's estimate, as counting would take long
 * @param bytes how much room they take, with their indexes
 * @param first the position of the first; {@code null} if there is none
 * @param last the position of the last; {@code null} if there is none
 */
public record EventMonth(
    YearMonth month,
    State state,
    long events,
    boolean exact,
    long bytes,
    @Nullable Position first,
    @Nullable Position last) {

  /** Where the events of a month are. */
  public enum State {
    /** In the log. */
    LIVE,
    /** On their way out: no reader sees them, and dropping the month again gets rid of them. */
    DETACHING,
    /** In an archive; readers see them as before. */
    ARCHIVED
  }

  /** Requires month and state. */
  public EventMonth {
    Objects.requireNonNull(month, "month");
    Objects.requireNonNull(state, "state");
  }

  /** A month that had no events when it was archived: there is nothing left of it. */
  public static EventMonth gone(YearMonth month) {
    return new EventMonth(month, State.ARCHIVED, 0, true, 0, null, null);
  }

  /** True if readers see its events in the log. */
  public boolean isLive() {
    return state == State.LIVE;
  }

  /** Both together, for a month of which there are several parts: live if one of them is. */
  public EventMonth plus(EventMonth other) {
    return new EventMonth(
        month,
        isLive() ? state : other.state(),
        events + other.events(),
        exact && other.exact(),
        bytes + other.bytes(),
        smaller(first, other.first()),
        larger(last, other.last()));
  }

  private static @Nullable Position smaller(@Nullable Position one, @Nullable Position other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.covers(other) ? other : one;
  }

  private static @Nullable Position larger(@Nullable Position one, @Nullable Position other) {
    if (one == null || other == null) {
      return one == null ? other : one;
    }
    return one.covers(other) ? one : other;
  }

  /** The month that an event of {@code time} belongs to. */
  public static YearMonth of(Instant time) {
    return YearMonth.from(time.atOffset(ZoneOffset.UTC));
  }

  /**
   * Returns {@code month} if events can be of it.
   *
   * @throws InvalidInputException otherwise
   */
  @CanIgnoreReturnValue
  public static YearMonth check(YearMonth month) {
    Objects.requireNonNull(month, "month");
    if (month.isBefore(of(StorageTime.EARLIEST)) || !month.isBefore(of(StorageTime.END))) {
      throw new InvalidInputException(
          "month",
          "must be from "
              + of(StorageTime.EARLIEST)
              + " up to "
              + of(StorageTime.END)
              + ", was "
              + month);
    }
    return month;
  }
}
