package io.holdfast.migration.command;

import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.EventMonth;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Shows months, as a table or as a JSON object a line. */
public final class MonthsTable {

  private static final String ROW = "%-8s %-10s %15s %10s %20s %20s";
  private static final long KIB = 1024;

  @Option(names = "--json", description = "Print one JSON object a line.")
  private boolean json;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  /** Prints each of {@code months} as it comes, under {@code title} unless empty; the exit code. */
  Mono<Integer> print(String title, Flux<EventMonth> months) {
    return months
        .publishOn(Schedulers.boundedElastic())
        .index((number, month) -> print(number == 0 ? title : null, month))
        .count()
        .map(count -> count == 0 ? printNone(title) : ExitCode.OK);
  }

  /** A title heads the first month; what is done is said at once, whatever becomes of the next. */
  private EventMonth print(@Nullable String title, EventMonth month) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(toJson(month));
    } else {
      if (title != null) {
        printTitle(title);
        out.println(row("month", "state", "events", "size", "first position", "last position"));
      }
      out.println(row(month));
    }
    out.flush();
    return month;
  }

  private int printNone(String title) {
    if (!json) {
      printTitle(title);
      command.commandLine().getOut().println("no months");
    }
    return ExitCode.OK;
  }

  private void printTitle(String title) {
    if (!title.isEmpty()) {
      command.commandLine().getOut().println(title);
    }
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
