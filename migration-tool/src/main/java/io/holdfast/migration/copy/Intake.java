package io.holdfast.migration.copy;

/**
 * How many things a source was found to hold of which the same became.
 *
 * @param kind what they are: the name of a kind of records, or {@code files}
 * @param action what became of them
 * @param reason why, a stable word; empty for what was imported
 * @param count how many
 */
public record Intake(String kind, Action action, String reason, long count) {

  /** What becomes of a thing that is found: exactly one of the first four. */
  public enum Action {
    /** It is a record of its own. */
    IMPORTED,
    /** It is part of another record, or the same as another. */
    MERGED,
    /** It is not needed. */
    SKIPPED,
    /** It would be needed, and cannot be read or kept. */
    REJECTED,
    /** Said beside one of the others: something in it was changed. */
    NORMALISED;

    /** True if it says where a thing went, so that the counts of these add up to all. */
    public boolean isFate() {
      return this != NORMALISED;
    }
  }
}
