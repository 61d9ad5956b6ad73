package io.holdfast.migration.report;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.migration.copy.Damaged;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.Intake.Action;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** Prints what was found in a source: by what became of it, then by why. */
record IntakeText(List<Intake> intake) {

  void print(PrintWriter out) {
    if (intake.stream().anyMatch(found -> !found.reason().equals(Damaged.REASON))) {
      printTable(out);
    }
    intake.stream()
        .filter(found -> !found.reason().isEmpty())
        .forEach(
            found ->
                line(
                    out,
                    "%-13s %-11s %-22s %,12d",
                    found.kind(),
                    word(found.action()),
                    found.reason(),
                    found.count()));
  }

  private void printTable(PrintWriter out) {
    row(out, "Found", "found", "imported", "merged", "skipped", "rejected");
    intake.stream()
        .map(Intake::kind)
        .distinct()
        .forEach(kind -> counts(out, kind, found -> found.kind().equals(kind)));
    counts(out, "all", found -> true);
  }

  /** What became of it, as it is written in reports. */
  static String word(Action action) {
    return action.name().toLowerCase(Locale.ROOT);
  }

  private void counts(PrintWriter out, String kind, Predicate<Intake> which) {
    row(
        out,
        kind,
        number(which.and(found -> found.action().isFate())),
        number(which.and(found -> found.action() == Action.IMPORTED)),
        number(which.and(found -> found.action() == Action.MERGED)),
        number(which.and(found -> found.action() == Action.SKIPPED)),
        number(which.and(found -> found.action() == Action.REJECTED)));
  }

  private String number(Predicate<Intake> which) {
    long count = intake.stream().filter(which).mapToLong(Intake::count).sum();
    return String.format(Locale.ROOT, "%,d", count);
  }

  private static void row(PrintWriter out, String kind, String... cells) {
    StringBuilder row = new StringBuilder("%-13s".formatted(kind));
    for (String cell : cells) {
      row.append("%12s".formatted(cell));
    }
    line(out, "%s", row);
  }

  @FormatMethod
  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
