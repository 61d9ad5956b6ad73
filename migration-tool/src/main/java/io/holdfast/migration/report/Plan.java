package io.holdfast.migration.report;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.migration.copy.Intake;
import io.holdfast.migration.proof.Root;
import io.holdfast.transfer.KindSum;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.YearMonth;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;

/**
 * What a migration would do.
 *
 * @param kinds what the source holds
 * @param months the months of its events, which the target has to have
 * @param intake what was found in the source, by what would become of it; empty if it is a storage
 * @param took how long it took to read the source
 */
public record Plan(
    List<Kind> kinds, SortedSet<YearMonth> months, List<Intake> intake, Duration took) {

  /**
   * What the source holds of one kind.
   *
   * @param bytes the length of all its records in canonical form
   */
  public record Kind(KindSum sum, long bytes) {}

  /**
   * To copy and prove takes so many times as long as to read: 88.7 s against 26.0 s for 5.25
   * million records, with PostgreSQL 18 on the same two cores.
   */
  private static final double COPYING = 3.4;

  /** Copies the lists. */
  public Plan {
    kinds = List.copyOf(kinds);
    intake = List.copyOf(intake);
  }

  /** What the target will hold if nothing changes meanwhile. */
  public Root root() {
    return Root.of(kinds.stream().map(Kind::sum).toList());
  }

  /** How many records there are. */
  public long records() {
    return kinds.stream().mapToLong(kind -> kind.sum().records()).sum();
  }

  /** Prints all of it. */
  public void print(PrintWriter out) {
    out.println();
    line(out, "%-13s%14s%14s", "", "records", "kilobytes");
    kinds.forEach(
        kind ->
            line(
                out,
                "%-13s%,14d%,14d",
                kind.sum().kind(),
                kind.sum().records(),
                (kind.bytes() + 999) / 1_000));
    out.println();
    if (!months.isEmpty()) {
      line(out, "%-13s%d, from %s to %s", "months", months.size(), months.first(), months.last());
    }
    line(out, "%-13s%s", "root", root());
    if (!intake.isEmpty()) {
      out.println();
      new IntakeText(intake).print(out);
    }
    out.println();
    line(
        out,
        "Nothing was written. Reading all %,d records took %.1f s.",
        records(),
        took.toMillis() / 1_000.0);
    line(
        out,
        "To copy and prove them takes about %s, with a database as fast as this machine.",
        text(copying()));
  }

  /** How long it takes to copy and to prove all of it, from how long it took to read. */
  public Duration copying() {
    return Duration.ofMillis((long) (took.toMillis() * COPYING));
  }

  private static String text(Duration time) {
    return time.toSeconds() < 120 ? time.toSeconds() + 1 + " s" : time.toMinutes() + 1 + " min";
  }

  @FormatMethod
  private static void line(PrintWriter out, String format, Object... values) {
    out.println(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
