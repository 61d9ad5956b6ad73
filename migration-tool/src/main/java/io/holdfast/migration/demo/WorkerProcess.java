package io.holdfast.migration.demo;

import io.holdfast.migration.command.Failed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A worker in a process of its own, so that it can really be killed. */
final class WorkerProcess {

  private final Process process;
  private final String name;
  private final Path log;
  private volatile boolean killed;

  private WorkerProcess(Process process, String name, Path log) {
    this.process = process;
    this.name = name;
    this.log = log;
  }

  /**
   * What it takes to start one.
   *
   * @param main the class to run
   * @param url the storage to work on
   * @param directory where to put what the process prints
   */
  record Setup(Class<?> main, String url, Path directory) {}

  /** Starts a worker, does {@code work} with it, and makes sure that it is gone afterwards. */
  static <T> Mono<T> using(String name, Setup setup, Function<WorkerProcess, Mono<T>> work) {
    return Mono.usingWhen(
        Mono.fromCallable(() -> start(name, setup)).subscribeOn(Schedulers.boundedElastic()),
        work,
        worker -> worker.kill().then());
  }

  long pid() {
    return process.pid();
  }

  /** SIGKILL: nothing in the process gets to run any more. */
  Mono<Long> kill() {
    return Mono.fromCallable(
            () -> {
              killed = true;
              return process.destroyForcibly();
            })
        .flatMap(killed -> Mono.fromFuture(killed.onExit(), true))
        .map(Process::pid);
  }

  /** Completes when the process has ended well, or was killed; otherwise fails with its words. */
  Mono<Void> completion() {
    return Mono.fromFuture(process.onExit(), true)
        .publishOn(Schedulers.boundedElastic())
        .flatMap(ended -> ended.exitValue() == 0 || killed ? Mono.empty() : Mono.error(failure()));
  }

  private Failed failure() {
    try {
      return new Failed(name + " ended with " + process.exitValue() + ": " + Files.readString(log));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static WorkerProcess start(String name, Setup setup) throws IOException {
    Path log = setup.directory().resolve(name + ".log");
    List<String> command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx128m",
            "-cp",
            System.getProperty("java.class.path"),
            setup.main().getName(),
            WorkerCommand.NAME,
            "--name",
            name);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOLDFAST_STORAGE", setup.url());
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    return new WorkerProcess(builder.start(), name, log);
  }
}
