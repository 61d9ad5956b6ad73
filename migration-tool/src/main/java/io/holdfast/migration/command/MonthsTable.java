package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.EventMonth;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Shows months, as a table or as a JSON object a line. */
public final class MonthsTable {

  private static final String ROW = "%-8s %-10s %15s %10s %20s %20s";
  private static final long KIB = 1024;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Prints {@code months}, under {@code title} if it is not empty; the exit code. */
  int print(String title, List<EventMonth> months) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      months.forEach(month -> out.println(toJson(month)));
      return ExitCode.OK;
    }
    if (!title.isEmpty()) {
      out.println(title);
    }
    if (months.isEmpty()) {
      out.println("no months");
    } else {
      out.println(row("month", "state", "events", "size", "first position", "last position"));
      months.forEach(month -> out.println(row(month)));
    }
    return ExitCode.OK;
  }

  private static String row(EventMonth month) {
    return row(
        month.month().toString(),
        state(month),
        (month.exact() ? "" : "~") + String.format(Locale.ROOT, "%,d", month.events()),
        size(month.bytes()),
        position(month.first()),
        position(month.last()));
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, ROW, cells).stripTrailing();
  }

  private static String state(EventMonth month) {
    return month.state().name().toLowerCase(Locale.ROOT);
  }

  private static String position(@Nullable Position position) {
    return position == null ? "-" : position.value();
  }

  private static String size(long bytes) {
    if (bytes < KIB) {
      return bytes + " B";
    }
    double size = bytes;
    int unit = -1;
    while (size >= KIB && unit < 3) {
      size /= KIB;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %ciB", size, "KMGT".charAt(unit));
  }

  private static Json toJson(EventMonth month) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("month", month.month().toString());
    json.put("state", state(month));
    json.put("events", month.events());
    json.put("exact", month.exact());
    json.put("bytes", month.bytes());
    json.put("first", month.first() == null ? null : month.first().value());
    json.put("last", month.last() == null ? null : month.last().value());
    return Json.from(json);
  }
}
