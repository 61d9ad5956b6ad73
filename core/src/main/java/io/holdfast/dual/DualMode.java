package io.holdfast.dual;

import io.holdfast.InvalidInputException;
import java.util.Objects;

/**
 * What is done with reads while there are two sides. Writes are the same in every mode: they go to
 * the leading side, and from there to the other.
 *
 * @param reads where reads go
 * @param percent how many of a hundred reads the following side answers, 0 to 100
 */
public record DualMode(Reads reads, int percent) {

  /** Where reads go. */
  public enum Reads {
    /**
     * The leading side answers; a following side that fails is a problem of the storage's health.
     */
    WRITE_THROUGH,
    /** The leading side answers; failures of the following side are counted, and no problem yet. */
    SHADOW,
    /** The leading side answers, and afterwards both are compared. */
    READ_VALIDATION,
    /** The following side answers some, where it has everything the answer rests on. */
    PROGRESSIVE
  }

  /** Both sides are written, the leading one is read. */
  public static final DualMode WRITE_THROUGH = new DualMode(Reads.WRITE_THROUGH, 0);

  /** The same, while the following side is still on trial. */
  public static final DualMode SHADOW = new DualMode(Reads.SHADOW, 0);

  /** Reads are compared. */
  public static final DualMode READ_VALIDATION = new DualMode(Reads.READ_VALIDATION, 0);

  /** Checks the number. */
  public DualMode {
    Objects.requireNonNull(reads, "reads");
    if (percent < 0 || percent > 100) {
      throw new InvalidInputException("percentage of reads", "must be 0 to 100, was " + percent);
    }
  }

  /** The following side answers {@code percent} of a hundred reads. */
  public static DualMode progressive(int percent) {
    return new DualMode(Reads.PROGRESSIVE, percent);
  }

  @Override
  public String toString() {
    return reads == Reads.PROGRESSIVE ? reads + " " + percent + " %" : reads.toString();
  }
}
