package io.holdfast.benchmarks;

import io.holdfast.Json;
import io.holdfast.migration.HoldfastCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** {@code holdfast migrate} in a process of its own, which says how much memory it took. */
public final class MigrateProcess {

  private MigrateProcess() {}

  /**
   * What came of it.
   *
   * @param took from the start of the process to its end
   * @param peakHeapBytes the most heap in use at once, garbage included
   * @param peakResidentBytes the most memory that the process had; 0 where the system does not say
   */
  record Outcome(Duration took, long peakHeapBytes, long peakResidentBytes) {}

  /** Runs it with 256 MiB of heap; fails unless the two sides end up identical. */
  static Outcome run(String from, String to, Path directory)
      throws IOException, InterruptedException {
    Path memory = directory.resolve("memory.json");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx256m",
                    // As the launcher runs it.
                    "-XX:+UseParallelGC",
                    "-XX:NewRatio=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MigrateProcess.class.getName(),
                    memory.toString(),
                    "migrate",
                    "--from",
                    from,
                    "--to",
                    to))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    int exit = process.waitFor();
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    if (exit != 0) {
      throw new IllegalStateException("holdfast migrate ended with " + exit);
    }
    var seen = Json.of(Files.readString(memory)).tree();
    return new Outcome(took, seen.get("heap").longValue(), seen.get("resident").longValue());
  }

  /** Runs the command behind the first argument, which names the file to write the figures to. */
  public static void main(String[] arguments) throws IOException {
    PeakHeap heap = PeakHeap.watched();
    int exit =
        HoldfastCommand.commandLine()
            .setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8))
            .setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8))
            .execute(List.of(arguments).subList(1, arguments.length).toArray(String[]::new));
    Files.writeString(
        Path.of(arguments[0]),
        Json.from(Map.of("heap", heap.bytes(), "resident", residentBytes())).toString());
    System.exit(exit);
  }

  private static long residentBytes() throws IOException {
    Path status = Path.of("/proc/self/status");
    return !Files.exists(status)
        ? 0
        : Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("VmHWM:"))
            .mapToLong(line -> 1_024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
            .findFirst()
            .orElse(0);
  }
}
