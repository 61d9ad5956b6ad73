package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A migration whose process is killed with SIGKILL, again and again. */
class MigrationKillIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  /** A kill comes this much later than the first sign of a copy: anywhere in a chunk. */
  private static final int DELAY_MILLIS_MAX = 800;

  /** Where it copies to. */
  enum Place {
    POSTGRESQL,
    FILES
  }

  private final long seed = Long.getLong("holdfast.crash.seed", System.nanoTime());

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource
  @Timeout(180)
  void ends_as_if_nobody_had_killed_it(Place place) throws Exception {
    drill(place, 3, 15_000, 2_000);
  }

  @ParameterizedTest
  @EnumSource
  @Tag("soak")
  @Timeout(900)
  void ends_as_if_nobody_had_killed_it_25_times(Place place) throws Exception {
    drill(place, 25, 40_000, 500);
  }

  @ParameterizedTest
  @EnumSource
  @Timeout(60)
  void ends_in_an_orderly_way_when_it_is_asked_to(Place place) throws Exception {
    String from = "file:" + directory.resolve("from");
    String to = to(place);
    Commands.with(from, storage -> MigrationDrill.fill(storage, 15_000));
    Process process = MigrationDrill.start(from, to, 1_000);
    try (BufferedReader lines = process.inputReader()) {
      MigrationDrill.readUntilItCopies(lines);
      process.toHandle().destroy();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isEqualTo(143);
    }

    long gathered = gathered(place);
    Commands.with(to, storage -> MigrationDrill.requireAgreement(storage, gathered));
    assertThat(succeed("migrate", "status", "--to", to).out()).containsPattern("state +PAUSED\\R");
    succeed("migrate", "resume", "--from", from, "--to", to);
  }

  private static long gathered(Place place) throws SQLException {
    return place == Place.FILES ? 0 : MigrationDrill.gathered(SERVER.jdbc());
  }

  /** Without a rate: also while it makes indexes, changes months and proves. */
  @Test
  @Tag("soak")
  @Timeout(900)
  void ends_the_same_wherever_it_was_killed() throws Exception {
    String from = "file:" + directory.resolve("from");
    Commands.with(from, storage -> MigrationDrill.fill(storage, 40_000));
    String root = MigrationDrill.root(succeed("migrate", "plan", "--from", from));
    Random random = new Random(seed);
    int cutShort = 0;
    int between = 0;
    for (int kill = 0; kill < 25; kill++) {
      String to = SERVER.freshUrl();
      cutShort += killed(from, to, 0, random.nextInt(DELAY_MILLIS_MAX)) ? 1 : 0;
      between += isGathered(to) ? 1 : 0;
      Result ended = run("migrate", "--from", from, "--to", to, "--batch-size", "250");
      assertThat(ended.exitCode()).as("seed %s: %s", seed, ended.err()).isZero();
      assertThat(MigrationDrill.root(ended)).as("seed %s", seed).isEqualTo(root);
      assertThat(MigrationDrill.root(succeed("verify", "--from", from, "--to", to)))
          .as("seed %s", seed)
          .isEqualTo(root);
    }
    System.out.printf(
        "seed %d: %d of 25 killed while at work, %d with events gathered%n",
        seed, cutShort, between);
    assertThat(cutShort).isPositive();
  }

  private static boolean isGathered(String to) {
    Long events = Commands.with(to, storage -> storage.transfer(RecordedEvent.KIND).count());
    return Objects.requireNonNull(events) == 0;
  }

  private String to(Place place) {
    return place == Place.FILES ? "file:" + directory.resolve("to") : SERVER.currentUrl();
  }

  private void drill(Place place, int kills, int events, int rate) throws Exception {
    String from = "file:" + directory.resolve("from");
    String to = to(place);
    Commands.with(from, storage -> MigrationDrill.fill(storage, events));
    Commands.with(to, storage -> storage.health());
    String root = MigrationDrill.root(succeed("migrate", "plan", "--from", from));
    Random random = new Random(seed);

    long cutShort = 0;
    for (int kill = 0; kill < kills; kill++) {
      cutShort += killed(from, to, rate, random.nextInt(DELAY_MILLIS_MAX)) ? 1 : 0;
      long gathered = gathered(place);
      Commands.with(to, storage -> MigrationDrill.requireAgreement(storage, gathered));
    }

    Result ended = run("migrate", "--from", from, "--to", to, "--batch-size", "250");
    System.out.printf(
        "%s, seed %d: %d of %d processes killed while at work; %s%n",
        place, seed, cutShort, kills, ended.out().lines().reduce("", (before, line) -> line));
    assertThat(cutShort).as("seed %s", seed).isEqualTo(kills);
    assertThat(ended.exitCode()).as("seed %s: %s", seed, ended.err()).isZero();
    assertThat(MigrationDrill.root(ended)).as("seed %s", seed).isEqualTo(root);
    assertThat(MigrationDrill.root(succeed("verify", "--from", from, "--to", to))).isEqualTo(root);
  }

  /** True if it was killed while it was at work. */
  private boolean killed(String from, String to, int rate, int delayMillis) throws Exception {
    Process process = MigrationDrill.start(from, to, rate);
    try (BufferedReader lines = process.inputReader()) {
      MigrationDrill.readUntilItCopies(lines);
      boolean ended = process.waitFor(delayMillis, TimeUnit.MILLISECONDS);
      process.toHandle().destroyForcibly();
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return !ended;
    }
  }
}
