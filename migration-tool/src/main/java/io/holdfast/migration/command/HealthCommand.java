package io.holdfast.migration.command;

import io.holdfast.Health;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code holdfast health}. */
@Command(
    name = "health",
    header = "Say how a storage is.",
    description = {
      "Opens the storage and asks it. Makes nothing: ends with 3 if it is not there, cannot be"
          + " reached, or is not healthy."
    },
    footer = {
      "",
      "Examples:",
      "  holdfast health --storage postgresql://app@db.example/app",
      "  holdfast health --storage file:.holdfast --json"
    })
public final class HealthCommand implements Callable<Integer> {

  @Mixin private final StorageOption storage = new StorageOption();

  @Option(names = "--json", description = "Print one JSON object.")
  private boolean json;

  @Spec private CommandSpec command = CommandSpec.create();

  @Override
  public Integer call() {
    return Await.exitCode(storage.reading(UnifiedStorage::health).map(this::show));
  }

  private int show(Health health) {
    PrintWriter out = command.commandLine().getOut();
    if (json) {
      out.println(toJson(health));
    } else {
      print(out, health);
    }
    return health.healthy() ? ExitCode.OK : ExitCode.UNAVAILABLE;
  }

  private void print(PrintWriter out, Health health) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put(health.healthy() ? "healthy" : "UNHEALTHY", storage.toString());
    lines.put("latency", String.format(Locale.ROOT, "%.1f ms", millis(health)));
    lines.putAll(new TreeMap<>(health.facts()));
    int width = lines.keySet().stream().mapToInt(String::length).max().orElse(0);
    lines.forEach((name, value) -> out.println(pad(name, width) + "  " + value));
    health.problems().forEach(problem -> out.println(pad("problem", width) + "  " + problem));
  }

  private static String pad(String name, int width) {
    return name + " ".repeat(Math.max(0, width - name.length()));
  }

  private Json toJson(Health health) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("storage", storage.toString());
    json.put("healthy", health.healthy());
    json.put("latencyMillis", millis(health));
    json.put("problems", health.problems());
    json.put("facts", new TreeMap<>(health.facts()));
    return Json.from(json);
  }

  private static double millis(Health health) {
    return health.latency().toNanos() / 1e6;
  }
}
