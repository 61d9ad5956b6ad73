package io.holdfast.migration.command;

import io.holdfast.Health;
import io.holdfast.Json;
import io.holdfast.UnifiedStorage;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
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
      "Opens the storage, which also brings its schema up to date, and asks it. Ends with 3 if it"
          + " cannot be reached or is not healthy."
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
    return Await.exitCode(storage.using(UnifiedStorage::health).map(this::show));
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
    out.println((health.healthy() ? "healthy    " : "UNHEALTHY  ") + storage);
    out.println("latency    " + millis(health) + " ms");
    health.problems().forEach(problem -> out.println("problem    " + problem));
    new TreeMap<>(health.facts()).forEach((name, fact) -> out.printf("%-10s %s%n", name, fact));
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
