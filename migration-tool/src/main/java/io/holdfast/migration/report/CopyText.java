package io.holdfast.migration.report;

import io.holdfast.migration.copy.KindCopy;
import io.holdfast.migration.proof.Root;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** Prints how a copy went that nobody has proved yet. */
public record CopyText(List<KindCopy> copies) {

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
    Duration took = copies.stream().map(KindCopy::took).reduce(Duration.ZERO, Duration::plus);
    out.println();
    out.println("root         " + Root.of(copies.stream().map(KindCopy::source).toList()));
    out.println();
    out.println(
        String.format(
            Locale.ROOT,
            "Copied: %,d records in %.1f s. 'holdfast migrate validate' proves that they arrived.",
            read,
            took.toMillis() / 1_000.0));
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
