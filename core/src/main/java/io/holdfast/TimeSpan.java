package io.holdfast;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A span of time, open on the sides that are {@code null}.
 *
 * @param from this time or later
 * @param before before this time
 */
public record TimeSpan(@Nullable Instant from, @Nullable Instant before) {

  /** Open on both sides. */
  public static final TimeSpan ALWAYS = new TimeSpan(null, null);

  /** Cuts and checks the times. */
  public TimeSpan {
    from = from == null ? null : StorageTime.check("from", from);
    before = before == null ? null : StorageTime.check("before", before);
  }

  /** Everything before {@code end}. */
  public static TimeSpan before(Instant end) {
    return new TimeSpan(null, end);
  }

  /** Everything from {@code start} on. */
  public static TimeSpan from(Instant start) {
    return new TimeSpan(start, null);
  }

  /** True if {@code time} lies within. */
  public boolean contains(Instant time) {
    return (from == null || !time.isBefore(from)) && (before == null || time.isBefore(before));
  }
}
