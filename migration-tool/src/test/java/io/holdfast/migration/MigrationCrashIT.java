package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.migration.Commands.Result;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A migration whose server crashes under it, again and again. */
@Tag("soak")
class MigrationCrashIT {

  private static final int CRASHES = 25;
  private static final int RATE = 1_000;
  private static final int EVENTS = 80_000;
  private static final int DELAY_MILLIS_MAX = 800;

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());

  @TempDir private Path directory;
  private EmbeddedPostgres server;

  @BeforeEach
  void start() throws IOException {
    server = started(0);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  @Timeout(600)
  void ends_as_if_the_server_had_never_crashed() throws Exception {
    String from = "file:" + directory.resolve("from");
    String to = "postgresql://postgres@127.0.0.1:%d/postgres".formatted(server.getPort());
    Commands.with(from, storage -> MigrationDrill.fill(storage, EVENTS));
    Commands.with(to, UnifiedStorage::health);
    String root = MigrationDrill.root(succeed("migrate", "plan", "--from", from));
    Random random = new Random(seed);

    for (int crash = 0; crash < CRASHES; crash++) {
      Process process = MigrationDrill.start(from, to, RATE);
      try (BufferedReader lines = process.inputReader()) {
        MigrationDrill.readUntilItCopies(lines);
        Thread.sleep(random.nextInt(DELAY_MILLIS_MAX));
        assertThat(process.isAlive()).as("seed %s", seed).isTrue();
        crash();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it finds out").isTrue();
        assertThat(process.exitValue()).as("seed %s", seed).isEqualTo(3);
      }
      // It finds nothing to stop any more, and lets go of the directory.
      server.close();
      server = started(server.getPort());
      long gathered = MigrationDrill.gathered(jdbc());
      Commands.with(to, storage -> MigrationDrill.requireAgreement(storage, gathered));
    }

    Result ended = run("migrate", "--from", from, "--to", to, "--batch-size", "250");
    System.out.printf(
        "seed %d: %d crashes; %s%n",
        seed, CRASHES, ended.out().lines().reduce("", (before, line) -> line));
    assertThat(ended.exitCode()).as("seed %s: %s", seed, ended.err()).isZero();
    assertThat(MigrationDrill.root(ended)).as("seed %s", seed).isEqualTo(root);
    assertThat(MigrationDrill.root(succeed("verify", "--from", from, "--to", to))).isEqualTo(root);
  }

  private Connection jdbc() throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres?currentSchema=holdfast",
        "postgres",
        "");
  }

  private EmbeddedPostgres started(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .setServerConfig("fsync", "on")
        .setServerConfig("synchronous_commit", "on")
        .setPort(port)
        .start();
  }

  /** What {@code pg_ctl stop -m immediate} does: no checkpoint, no word to those connected. */
  private void crash() throws IOException, InterruptedException {
    Path pidFile = directory.resolve("data/postmaster.pid");
    long pid = Long.parseLong(Files.readAllLines(pidFile).get(0).strip());
    Process kill = new ProcessBuilder("kill", "-QUIT", Long.toString(pid)).start();
    assertThat(kill.waitFor()).isZero();
    while (ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false)) {
      Thread.sleep(20);
    }
  }
}
