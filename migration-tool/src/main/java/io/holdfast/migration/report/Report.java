package io.holdfast.migration.report;

import io.holdfast.migration.copy.Damaged;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.proof.Root;
import io.holdfast.migration.verify.Comparison;
import io.holdfast.migration.verify.Difference;
import java.time.Duration;
import java.util.List;

/**
 * What came of a migration or a verification.
 *
 * @param copies one a kind; empty if this was a verification alone
 * @param comparisons one a kind
 * @param intake what was found in the source, by what became of it; empty if it is a storage
 * @param took how long all of it took; kinds that were at work at the same time took longer
 *     together
 */
public record Report(
    List<KindCopy> copies, List<Comparison> comparisons, List<Intake> intake, Duration took) {

  /** Copies the lists. */
  public Report {
    copies = List.copyOf(copies);
    comparisons = List.copyOf(comparisons);
    intake = List.copyOf(intake);
  }

  /** True if both sides hold the same. */
  public boolean isIdentical() {
    return comparisons.stream().allMatch(Comparison::isIdentical);
  }

  /** How many records of a storage were damaged, and passed over. */
  public long damaged() {
    return damaged(intake);
  }

  static long damaged(List<Intake> intake) {
    return intake.stream()
        .filter(found -> found.reason().equals(Damaged.REASON))
        .mapToLong(Intake::count)
        .sum();
  }

  /** All that the source holds, in one number. */
  public Root sourceRoot() {
    return Root.of(comparisons.stream().map(Comparison::source).toList());
  }

  /** All that the target holds of the same kinds. */
  public Root targetRoot() {
    return Root.of(comparisons.stream().map(Comparison::target).toList());
  }

  /** How many records the source has. */
  public long records() {
    return comparisons.stream().mapToLong(kind -> kind.source().records()).sum();
  }

  /** How many records were written. */
  public long written() {
    return copies.stream().mapToLong(KindCopy::written).sum();
  }

  /** How many records are the same on both sides. */
  public long identical() {
    return comparisons.stream().mapToLong(Comparison::identical).sum();
  }

  /** How many differences there are. */
  public long differences() {
    return comparisons.stream().mapToLong(Comparison::differences).sum();
  }

  /** The first differences over all kinds, at most {@value Comparison#SHOWN_MAX}. */
  public List<Difference> first() {
    return comparisons.stream()
        .flatMap(kind -> kind.first().stream())
        .limit(Comparison.SHOWN_MAX)
        .toList();
  }

  Report in(Duration took) {
    return new Report(copies, comparisons, intake, took);
  }

  /** Records of the source for each second. */
  public long recordsPerSecond() {
    return records() * 1_000 / Math.max(1, took().toMillis());
  }
}
