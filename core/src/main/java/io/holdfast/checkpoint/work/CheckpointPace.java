package io.holdfast.checkpoint.work;

import io.holdfast.InvalidInputException;
import java.time.Duration;

/**
 * How often a run is saved, for orchestrators that do not save after each item. What was not saved
 * is done again after an interruption.
 *
 * @param items save after this many completed or failed items, at least 1
 * @param interval save what has changed after this long, above 0
 */
public record CheckpointPace(int items, Duration interval) {

  /** Every 100 items, and every 5 minutes. */
  public static final CheckpointPace DEFAULT = new CheckpointPace(100, Duration.ofMinutes(5));

  /**
   * Checks the numbers.
   *
   * @throws InvalidInputException if one is out of range
   */
  public CheckpointPace {
    if (items < 1) {
      throw new InvalidInputException("items", "must be at least 1, was " + items);
    }
    if (interval.isZero() || interval.isNegative()) {
      throw new InvalidInputException("interval", "must be above 0, was " + interval);
    }
  }

  /**
   * True if {@code current} is to be saved: it is in another phase or newly done, has enough more
   * items completed or failed, or has changed and the interval is over.
   *
   * @param saved the state that was saved last
   * @param current the state now
   * @param sinceSaved how long ago that was, by any clock
   */
  public boolean isDue(WorkState saved, WorkState current, Duration sinceSaved) {
    return !saved.phase().equals(current.phase())
        || (current.isDone() && !saved.isDone())
        || settled(current) - settled(saved) >= items
        || (sinceSaved.compareTo(interval) >= 0 && !saved.equals(current));
  }

  private static long settled(WorkState state) {
    return state.items().stream().filter(item -> item.status().isSettled()).count();
  }
}
