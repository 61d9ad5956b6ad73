package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import io.holdfast.StorageTime;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterPatterns.Group;
import io.holdfast.deadletter.DeadLetterPatterns.HourCount;
import io.holdfast.deadletter.DeadLetterPatterns.TypeCount;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Dead letters as people and programs read them. */
final class LetterText {

  private static final int SIGNATURE_MAX = 80;

  private LetterText() {}

  /** A table, a dead letter a line. */
  static void table(PrintWriter out, List<DeadLetter> letters, Instant now) {
    Table table =
        new Table()
            .left("job")
            .left("item")
            .left("state")
            .right("failures")
            .left("last")
            .left("signature");
    letters.forEach(
        letter ->
            table.row(
                letter.key().job(),
                letter.key().item(),
                word(letter.state(), now),
                letter.failures().size(),
                StorageTime.format(letter.lastFailure().at()),
                cut(letter.signature())));
    table.print(out);
  }

  private static String cut(String text) {
    String line = text.replaceAll("\\p{Cntrl}", " ");
    return line.length() <= SIGNATURE_MAX ? line : line.substring(0, SIGNATURE_MAX) + "...";
  }

  private static String word(DeadLetterState state, Instant now) {
    if (state.isClaimedAt(now)) {
      return "claimed";
    }
    if (!state.eligible()) {
      return "given up";
    }
    return state.claimableAt(now) ? "due" : "waits";
  }

  /** Everything about one, in lines. */
  static void details(PrintWriter out, DeadLetter letter, Instant now) {
    DeadLetterState state = letter.state();
    field(out, "job", letter.key().job());
    field(out, "item", letter.key().item());
    field(out, "state", word(state, now));
    if (state.owner() != null) {
      field(out, "owner", state.owner() + ", token " + state.token());
    }
    if (state.eligible()) {
      field(out, "due", StorageTime.format(state.availableAt()));
    }
    field(out, "added", StorageTime.format(letter.createdAt()));
    field(out, "changed", StorageTime.format(letter.updatedAt()));
    field(out, "signature", cut(letter.signature()));
    field(out, "data", letter.data());
    for (Failure failure : letter.failures()) {
      field(
          out,
          "failure " + failure.attempt(),
          StorageTime.format(failure.at()) + "  " + failure.errorType());
      failure.message().lines().forEach(line -> field(out, "", line));
      field(out, "", failure.details());
    }
    out.flush();
  }

  private static void field(PrintWriter out, String name, Object value) {
    out.printf(Locale.ROOT, "%-12s  %s%n", name, value);
  }

  static void patterns(PrintWriter out, DeadLetterPatterns patterns) {
    out.printf(Locale.ROOT, "Dead letters: %,d%n", patterns.total());
    out.println();
    out.printf(Locale.ROOT, "%9s  %s%n", "count", "signature");
    for (Group group : patterns.groups()) {
      out.printf(Locale.ROOT, "%,9d  %s%n", group.count(), cut(group.signature()));
      out.printf(
          Locale.ROOT,
          "%9s  from %s to %s, such as %s%n",
          "",
          StorageTime.format(group.first()),
          StorageTime.format(group.last()),
          group.samples().stream().map(Object::toString).collect(Collectors.joining(", ")));
    }
    out.println();
    out.printf(Locale.ROOT, "%9s  %s%n", "count", "type of error");
    for (TypeCount type : patterns.errorTypes()) {
      out.printf(Locale.ROOT, "%,9d  %s%n", type.count(), type.errorType());
    }
    out.println();
    out.printf(Locale.ROOT, "%9s  %s%n", "count", "hour, UTC");
    for (HourCount hour : patterns.hours()) {
      out.printf(Locale.ROOT, "%,9d  %s%n", hour.count(), hour.hour());
    }
    out.flush();
  }

  static Json json(DeadLetterPatterns patterns) {
    return new JsonWriter()
        .number("total", patterns.total())
        .array("groups", patterns.groups().stream().map(LetterText::json).toList())
        .array(
            "errorTypes",
            patterns.errorTypes().stream()
                .map(type -> counted("errorType", type.errorType(), type.count()))
                .toList())
        .array(
            "hours",
            patterns.hours().stream()
                .map(hour -> counted("hour", StorageTime.format(hour.hour()), hour.count()))
                .toList())
        .end();
  }

  private static Json counted(String name, String value, long count) {
    return new JsonWriter().text(name, value).number("count", count).end();
  }

  private static Json json(Group group) {
    return new JsonWriter()
        .text("signature", group.signature())
        .number("count", group.count())
        .time("first", group.first())
        .time("last", group.last())
        .array(
            "samples",
            group.samples().stream()
                .map(
                    key ->
                        new JsonWriter()
                            .text("job", key.job().value())
                            .text("item", key.item().value())
                            .end())
                .toList())
        .end();
  }

  /** Says what was done with how many. */
  static void done(PrintWriter out, boolean json, String what, long count) {
    said(out, json, what, false, count);
  }

  /** Says what was done with how many, or would be. */
  static void said(PrintWriter out, boolean json, String what, boolean dryRun, long count) {
    out.println(
        json
            ? new JsonWriter()
                .text("done", what)
                .flag("dryRun", dryRun)
                .number("deadLetters", count)
                .end()
            : String.format(
                Locale.ROOT,
                "%s%s: %,d dead %s",
                dryRun ? "would be " : "",
                what,
                count,
                count == 1 ? "letter" : "letters"));
    out.flush();
  }
}
