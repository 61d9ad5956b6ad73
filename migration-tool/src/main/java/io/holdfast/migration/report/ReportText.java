package io.holdfast.migration.report;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.verify.Comparison;
import io.holdfast.migration.verify.Difference;
import io.holdfast.migration.verify.FieldDifference;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints a report for people. */
public final class ReportText {

  private final PrintWriter out;

  /** Prints to {@code out}. */
  public ReportText(PrintWriter out) {
    this.out = out;
  }

  /** Prints all of it: the table, the digests, the differences, the verdict. */
  public void print(Report report) {
    line("");
    if (report.copies().isEmpty()) {
      printCompared(report.comparisons());
    } else {
      printCopied(report);
    }
    line("");
    printDigests(report);
    if (!report.intake().isEmpty()) {
      line("");
      new IntakeText(report.intake()).print(out);
    }
    if (!report.isIdentical()) {
      line("");
      printDifferences(report);
    }
    line("");
    line("%s", verdict(report));
    if (report.damaged() > 0) {
      line("Damaged in the source, and passed over: %s records.", number(report.damaged()));
    }
  }

  private void printCopied(Report report) {
    row("", "read", "written", "already there", "verified", "differences", "records/s");
    for (int i = 0; i < report.copies().size(); i++) {
      KindCopy copy = report.copies().get(i);
      Comparison compared = report.comparisons().get(i);
      row(
          copy.kind(),
          number(copy.read()),
          number(copy.written()),
          number(copy.present()),
          number(compared.identical()),
          number(compared.differences()),
          rate(copy.read(), copy.took().plus(compared.took())));
    }
  }

  private void printCompared(List<Comparison> comparisons) {
    row("", "source", "target", "identical", "differences", "records/s");
    for (Comparison compared : comparisons) {
      row(
          compared.kind(),
          number(compared.source().records()),
          number(compared.target().records()),
          number(compared.identical()),
          number(compared.differences()),
          rate(compared.source().records(), compared.took()));
    }
  }

  private void printDigests(Report report) {
    line("SHA-256 over all records in canonical form, on both sides");
    for (Comparison compared : report.comparisons()) {
      printDigest(compared.kind(), compared.source().sha256(), compared.target().sha256());
    }
    printDigest("root", report.sourceRoot().sha256(), report.targetRoot().sha256());
  }

  private void printDigest(String what, String source, String target) {
    if (source.equals(target)) {
      line("%-13s %s", what, source);
    } else {
      line("%-13s %s  source", what, source);
      line("%-13s %s  target", "", target);
    }
  }

  private void printDifferences(Report report) {
    List<Difference> shown = report.first();
    line(
        "Differences: %s%s",
        number(report.differences()),
        shown.size() < report.differences() ? ", the first " + shown.size() + " are" : "");
    for (Difference difference : shown) {
      line("%-13s %s  %s", difference.kind(), difference.key(), describe(difference));
    }
  }

  private static String describe(Difference difference) {
    FieldDifference field = difference.field();
    return switch (difference.finding()) {
      case ONLY_IN_SOURCE -> "only in the source";
      case ONLY_IN_TARGET -> "only in the target";
      case TWICE_IN_SOURCE -> "more than once in the source";
      case TWICE_IN_TARGET -> "more than once in the target";
      case DIFFERENT -> field == null ? "different" : field.toString();
    };
  }

  private static String verdict(Report report) {
    if (!report.isIdentical()) {
      return report.differences() == 1
          ? "NOT identical: 1 difference."
          : "NOT identical: %s differences.".formatted(number(report.differences()));
    }
    return "Identical: %s records on both sides, %s, in %.1f s (%s records/s)."
        .formatted(
            number(report.identical()),
            report.copies().isEmpty() ? "compared" : number(report.written()) + " written",
            report.took().toMillis() / 1_000.0,
            number(report.recordsPerSecond()));
  }

  private void row(String kind, String... cells) {
    StringBuilder row = new StringBuilder("%-13s".formatted(kind));
    for (String cell : cells) {
      row.append("%14s".formatted(cell));
    }
    line("%s", row);
  }

  @FormatMethod
  private void line(String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }

  private static String rate(long records, Duration took) {
    return records == 0 ? "-" : number(records * 1_000 / Math.max(1, took.toMillis()));
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
