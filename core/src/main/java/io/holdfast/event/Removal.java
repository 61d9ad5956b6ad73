package io.holdfast.event;

/**
 * How careful to be about taking months out of the log.
 *
 * @param force also a month that is not over, or that a durable subscription has not read
 * @param dryRun only say what would be done, or why it would not
 */
public record Removal(boolean force, boolean dryRun) {

  /** Does it, unless something speaks against it. */
  public static final Removal CHECKED = new Removal(false, false);

  /** Does it whatever speaks against it. */
  public static final Removal FORCED = new Removal(true, false);

  /** The same, without doing it. */
  public Removal asDryRun() {
    return new Removal(force, true);
  }
}
