package io.holdfast.migration.crash;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/** An {@link OrchestratorProgram} in a process of its own, with this one's class path. */
final class OrchestratorProcess implements AutoCloseable {

  private static final int KILLED = 128 + 9;

  private final Process process;
  private final BufferedReader lines;
  private final Path log;
  private final Disposable guard;

  private OrchestratorProcess(Process process, Path log, Duration limit) {
    this.process = process;
    this.lines = process.inputReader(StandardCharsets.UTF_8);
    this.log = log;
    // Whoever waits for a line would wait for ever.
    this.guard = Mono.delay(limit).subscribe(late -> process.toHandle().destroyForcibly());
  }

  /** Starts one; it is killed if it is still there after {@code limit}. */
  static OrchestratorProcess start(Run run, String url, Path log, Duration limit)
      throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty(
                    "surefire.test.class.path", System.getProperty("java.class.path")),
                OrchestratorProgram.class.getName(),
                url,
                Integer.toString(run.size()),
                log.getFileName().toString())
            .redirectError(log.toFile())
            .start();
    return new OrchestratorProcess(process, log, limit);
  }

  /** The next checkpoint that it has written; empty once it is gone. */
  OptionalLong nextCheckpoint() throws IOException {
    String line = lines.readLine();
    return line == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(line));
  }

  /** SIGKILL: nothing in the process gets to run any more. What it has printed can be read. */
  void kill() {
    // Process#destroyForcibly would close the output before it is read.
    process.toHandle().destroyForcibly();
  }

  /** True if it was killed, false if the run was complete; throws what it says if it failed. */
  boolean wasKilled() throws InterruptedException {
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new AssertionError("The process does not end: " + process.pid());
    }
    int exit = process.exitValue();
    if (exit != 0 && exit != KILLED) {
      throw new AssertionError("The orchestrator ended with " + exit + ": " + lastWords());
    }
    return exit == KILLED;
  }

  private String lastWords() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    guard.dispose();
    kill();
    lines.close();
  }
}
