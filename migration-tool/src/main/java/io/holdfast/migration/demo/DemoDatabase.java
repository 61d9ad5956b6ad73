package io.holdfast.migration.demo;

import io.holdfast.migration.command.Failed;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** A PostgreSQL server of our own, set up as in production: what it acknowledges is on disk. */
final class DemoDatabase {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final EmbeddedPostgres server;
  private final Path directory;

  private DemoDatabase(EmbeddedPostgres server, Path directory) {
    this.server = server;
    this.directory = directory;
  }

  /** Starts a server that keeps its data and its log below {@code parent}. */
  static Mono<DemoDatabase> start(Path parent) {
    return Mono.fromCallable(() -> startIn(parent.resolve("postgres")))
        .subscribeOn(Schedulers.boundedElastic());
  }

  String url() {
    return "postgresql://postgres@127.0.0.1:" + server.getPort() + "/postgres?schema=holdfast";
  }

  int port() {
    return server.getPort();
  }

  /** How a person stops it. */
  String stopCommand() {
    return "kill -INT $(head -1 " + directory.resolve("postmaster.pid") + ")";
  }

  Mono<Void> stop() {
    return Mono.<Void>fromCallable(
            () -> {
              server.close();
              return null;
            })
        .subscribeOn(Schedulers.boundedElastic());
  }

  private static DemoDatabase startIn(Path directory) {
    Path log = directory.resolveSibling("postgres.log");
    try {
      Files.createDirectories(directory);
      ProcessBuilder.Redirect output = ProcessBuilder.Redirect.appendTo(log.toFile());
      EmbeddedPostgres server =
          EmbeddedPostgres.builder()
              .setDataDirectory(directory)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(PATIENCE)
              // It comes with these off, which is quicker, and not durable.
              .setServerConfig("fsync", "on")
              .setServerConfig("synchronous_commit", "on")
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setServerConfig("unix_socket_directories", "''")
              .setErrorRedirector(output)
              .setOutputRedirector(output)
              .start();
      return new DemoDatabase(server, directory);
    } catch (IOException | RuntimeException e) {
      throw new Failed("Cannot start PostgreSQL: " + e.getMessage() + lastWords(log));
    }
  }

  /** What the server said, as the log goes away with everything else. */
  private static String lastWords(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      return "\n" + String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
    } catch (IOException e) {
      return "";
    }
  }
}
