package io.holdfast.migration.demo;

import com.google.errorprone.annotations.FormatMethod;
import io.holdfast.Json;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Terminal;
import io.holdfast.migration.report.Report;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** How the demo looks: with colours on a screen, plain elsewhere. */
final class Screen {

  private static final String BOLD = "1";
  private static final String GREEN = "32";
  private static final String RED = "31";
  private static final String BLUE = "34";
  private static final String GREY = "90";

  private final PrintWriter out;
  private final boolean colours;

  Screen(PrintWriter out, Terminal terminal) {
    this.out = out;
    this.colours = terminal.interactive() && System.getenv("NO_COLOR") == null;
  }

  PrintWriter writer() {
    return out;
  }

  void heading(String title) {
    out.println();
    out.println(paint(BOLD, title));
  }

  @FormatMethod
  void line(String format, Object... values) {
    out.println("  " + String.format(Locale.ROOT, format, values));
  }

  /** An event of the live run, as it arrives. */
  void event(double seconds, RecordedEvent event) {
    String who = String.valueOf(event.event().origin().agentId());
    String type = "%-17s".formatted(event.type());
    out.println(
        paint(GREY, "  %5.2f s ".formatted(seconds))
            + " "
            + paint(who.endsWith("1") ? BLUE : GREEN, who)
            + "  "
            + (event.type().startsWith("item.") ? type : paint(BOLD, type))
            + " "
            + details(event.data()));
  }

  void alarm(double seconds, String text) {
    out.println(paint(GREY, "  %5.2f s ".formatted(seconds)) + " " + paint(RED, text));
  }

  void check(boolean good, String text) {
    out.println("  " + (good ? paint(GREEN, "ok  ") : paint(RED, "NOT ")) + text);
  }

  /** What was shown, in short. */
  void sum(Report report, LiveRun.Seen seen) {
    heading("In short");
    line(
        "%,d records migrated and verified, %,d a second",
        report.identical(), report.recordsPerSecond());
    line(
        "%d events seen live, %.1f ms after they were appended (median)",
        seen.events().size(), seen.delay().toNanos() / 1e6);
    seen.events().stream()
        .filter(event -> event.type().equals(Run.RESUMED))
        .map(event -> event.data().tree())
        .forEach(
            data ->
                line(
                    "killed with SIGKILL; resumed from checkpoint %s, with %s items done",
                    data.path("checkpoint").asString(), data.path("progress").asString()));
  }

  void verdict(boolean good, double seconds) {
    out.println();
    String text =
        good ? "All of it holds, after %.1f s." : "Something does NOT hold, after %.1f s.";
    out.println(paint(good ? GREEN : RED, text.formatted(seconds)));
  }

  private static String details(Json data) {
    return data.tree().properties().stream()
        .map(member -> member.getKey() + "=" + shown(member))
        .collect(Collectors.joining(" "));
  }

  /** Of a path, the last part is enough. */
  private static String shown(Map.Entry<String, JsonNode> member) {
    String value = member.getValue().asString();
    return value.substring(value.lastIndexOf('/') + 1);
  }

  private String paint(String colour, String text) {
    return colours ? "\u001b[" + colour + "m" + text + "\u001b[0m" : text;
  }
}
