package io.holdfast.benchmarks;

import io.holdfast.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Runs one scenario: {@code append [--quick] [--json FILE]}. */
public final class BenchmarkCommand {

  private static final List<Scenario> SCENARIOS =
      List.of(
          new BulkAppendScenario(),
          new SingleAppendScenario(),
          new SubscribeScenario(),
          new CatchUpScenario(),
          new QueryScenario(),
          new DeadLetterScenario(),
          new DocumentsScenario(),
          new MigrateScenario());

  private BenchmarkCommand() {}

  /** What to run, and where the figures go. */
  private record Options(Scenario scenario, boolean quick, @Nullable Path json) {}

  /** Exits with 0 when the scenario ran, 2 when the arguments are not understood. */
  public static void main(String[] arguments) throws Exception {
    Options options;
    try {
      options = parse(arguments);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.println("Usage: benchmarks/run SCENARIO [--quick] [--json FILE]");
      System.err.println("Scenarios: " + names());
      System.exit(2);
      return;
    }
    run(options);
  }

  private static Options parse(String[] arguments) {
    @Nullable Scenario scenario = null;
    boolean quick = false;
    @Nullable Path json = null;
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--quick" -> quick = true;
        case "--json" -> {
          i++;
          if (i == arguments.length) {
            throw new IllegalArgumentException("--json needs a file");
          }
          json = Path.of(arguments[i]);
        }
        default -> scenario = find(arguments[i]);
      }
    }
    if (scenario == null) {
      throw new IllegalArgumentException("Which scenario?");
    }
    return new Options(scenario, quick, json);
  }

  private static Scenario find(String name) {
    return SCENARIOS.stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No such scenario: " + name));
  }

  private static String names() {
    return SCENARIOS.stream().map(Scenario::name).collect(Collectors.joining(", "));
  }

  private static void run(Options options) throws Exception {
    try (Server server = Server.start()) {
      System.err.println(machine() + ", " + server.version());
      List<Metric> metrics = options.scenario().run(server, options.quick());
      metrics.forEach(BenchmarkCommand::print);
      if (options.json() != null) {
        write(options.json(), metrics);
      }
    }
  }

  private static String machine() {
    return "%d cores, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            Runtime.version());
  }

  private static void print(Metric metric) {
    System.out.printf(
        Locale.ROOT, "%-48s %,14.3f %s%n", metric.metric(), metric.value(), metric.unit());
  }

  private static void write(Path file, List<Metric> metrics) throws IOException {
    String lines =
        metrics.stream().map(Metric::json).map(Json::toString).collect(Collectors.joining(",\n  "));
    Files.writeString(file, "[\n  " + lines + "\n]\n");
  }
}
