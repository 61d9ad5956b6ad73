package io.holdfast.migration.report;

import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.proof.Root;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * Prints how a copy went that nobody has proved yet.
 *
 * @param copies one a kind
 * @param intake what was found in the source, by what became of it
 * @param took how long it took
 * @param isAll true if it was all that the source has, so that it can be proved without the source
 */
public record CopyText(List<KindCopy> copies, List<Intake> intake, Duration took, boolean isAll) {

  /** Copies the lists. */
  public CopyText {
    copies = List.copyOf(copies);
    intake = List.copyOf(intake);
  }

  /** True if no record of a storage was passed over. */
  public boolean isWhole() {
    return Report.damaged(intake) == 0;
  }

  /** Prints a row a kind, and the root of the source. */
  public void print(PrintWriter out) {
    out.println();
    row(out, "", "read", "written", "already there");
    copies.forEach(
        copy ->
            row(
                out,
                copy.kind(),
                number(copy.read()),
                number(copy.written()),
                number(copy.present())));
    long read = copies.stream().mapToLong(KindCopy::read).sum();
    out.println();
    out.println("root         " + Root.of(copies.stream().map(KindCopy::source).toList()));
    out.println();
    if (!intake.isEmpty()) {
      new IntakeText(intake).print(out);
      out.println();
    }
    out.println(
        String.format(
            Locale.ROOT,
            "Copied: %,d records in %.1f s. 'holdfast %s",
            read,
            took.toMillis() / 1_000.0,
            isAll
                ? "migrate validate' proves that they arrived."
                : "verify' with the same options proves that they arrived."));
  }

  private static void row(PrintWriter out, String kind, String... cells) {
    StringBuilder row = new StringBuilder(String.format(Locale.ROOT, "%-13s", kind));
    for (String cell : cells) {
      row.append(String.format(Locale.ROOT, "%14s", cell));
    }
    out.println(row.toString().stripTrailing());
  }

  private static String number(long value) {
    return String.format(Locale.ROOT, "%,d", value);
  }
}
