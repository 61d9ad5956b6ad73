package io.holdfast.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of a drill in a process of its own, with this one's class path. */
final class DrillProcess {

  private final List<String> command;
  private final Path log;
  private Process process;

  /** {@code program} takes the storage's URL, and the file that it notes in what it has seen. */
  DrillProcess(Class<?> program, String url, Path directory, int number) throws IOException {
    this.log = directory.resolve("member-" + number + ".log");
    this.command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx192m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
            program.getName(),
            url,
            directory.resolve("seen-" + number + ".txt").toString());
    this.process = start();
  }

  private Process start() throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .start();
  }

  /** Kill -9, and another one in its place. */
  void replace() throws IOException, InterruptedException {
    kill();
    process = start();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("A process survives kill -9: " + process.pid());
    }
  }

  /** SIGSTOP or SIGCONT. */
  void signal(String signal) throws IOException, InterruptedException {
    int exit = new ProcessBuilder("kill", "-" + signal, pid()).start().waitFor();
    if (exit != 0) {
      throw new IllegalStateException("kill -" + signal + " " + pid() + " ended with " + exit);
    }
  }

  private String pid() {
    return Long.toString(process.pid());
  }

  /** What the ids of its memberships begin with. */
  String memberPrefix() {
    return "pid-" + pid() + "-";
  }

  boolean isAlive() {
    return process.isAlive();
  }

  Path log() {
    return log;
  }
}
