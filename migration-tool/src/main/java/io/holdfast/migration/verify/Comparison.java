package io.holdfast.migration.verify;

import java.time.Duration;
import java.util.List;

/**
 * How one kind compares on both sides.
 *
 * @param kind the name of the kind
 * @param source what the source has
 * @param target what the target has
 * @param identical how many records are the same on both sides
 * @param differences how many are not
 * @param first the first differences, at most {@value #SHOWN_MAX}
 * @param took how long it took
 */
public record Comparison(
    String kind,
    Content source,
    Content target,
    long identical,
    long differences,
    List<Difference> first,
    Duration took) {

  /** How many differences are kept to be shown; all are counted. */
  public static final int SHOWN_MAX = 20;

  /**
   * All records of a kind on one side.
   *
   * @param records how many
   * @param sha256 over the SHA-256 of each, in order; lower-case hex
   */
  public record Content(long records, String sha256) {}

  /** Copies the list. */
  public Comparison {
    first = List.copyOf(first);
  }

  /** True if nothing differs. */
  public boolean isIdentical() {
    return differences == 0 && source.equals(target);
  }
}
