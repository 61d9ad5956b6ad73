package io.holdfast.checkpoint;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which checkpoints of a workflow may go: those that none of these rules keeps. The newest one
 * always stays.
 *
 * @param keepLast how many of the newest stay, at least 1
 * @param before only what was saved before this goes; {@code null}: however young it is
 * @param keepMatching what has this in its metadata stays, as {@link Json#contains} says; {@code
 *     null}: nothing stays for that. {@code {"final":true}} keeps the final ones, {@code
 *     {"status":"failed"}} those of a failed run, if that is how they were marked
 */
public record CheckpointRetention(
    int keepLast, @Nullable Instant before, @Nullable Json keepMatching) {

  /**
   * Checks the rules.
   *
   * @throws InvalidInputException if {@code keepLast} is below 1 or the time out of range
   */
  public CheckpointRetention {
    if (keepLast < 1) {
      throw new InvalidInputException("keep last", "must be at least 1, was " + keepLast);
    }
    before = before == null ? null : StorageTime.check("before", before);
  }

  /** All but the newest {@code keepLast} go. */
  public static CheckpointRetention last(int keepLast) {
    return new CheckpointRetention(keepLast, null, null);
  }

  /** The same, and what was saved at {@code time} or later stays. */
  public CheckpointRetention savedBefore(Instant time) {
    return new CheckpointRetention(keepLast, Objects.requireNonNull(time, "time"), keepMatching);
  }

  /** The same, and what has {@code metadata} in its metadata stays. */
  public CheckpointRetention keeping(Json metadata) {
    return new CheckpointRetention(keepLast, before, Objects.requireNonNull(metadata, "metadata"));
  }

  /** True unless age or metadata keep {@code info}, which is not one of the newest. */
  public boolean lets(CheckpointInfo info) {
    boolean isOld = before == null || info.createdAt().isBefore(before);
    return isOld && (keepMatching == null || !info.metadata().contains(keepMatching));
  }
}
