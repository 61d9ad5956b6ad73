package io.holdfast.migration.verify;

import io.holdfast.transfer.KindSum;
import java.time.Duration;
import java.util.List;

/**
 * How one kind compares on both sides.
 *
 * @param source what the source has
 * @param target what the target has
 * @param identical how many records are the same on both sides
 * @param differences how many are not
 * @param first the first differences, at most {@value #SHOWN_MAX}
 * @param took how long it took
 */
public record Comparison(
    KindSum source,
    KindSum target,
    long identical,
    long differences,
    List<Difference> first,
    Duration took) {

  /** How many differences are kept to be shown; all are counted. */
  public static final int SHOWN_MAX = 20;

  /** Both sides have the same, as their sums say. */
  public static Comparison ofEqual(KindSum sum, Duration took) {
    return new Comparison(sum, sum, sum.records(), 0, List.of(), took);
  }

  /** The name of the kind. */
  public String kind() {
    return source.kind();
  }

  /** Copies the list. */
  public Comparison {
    first = List.copyOf(first);
  }

  /** True if nothing differs. */
  public boolean isIdentical() {
    return differences == 0 && source.equals(target);
  }
}
