package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands, on PostgreSQL, some of them as processes of their own. */
class CommandIT {

  private static final int PATIENCE_SECONDS = 60;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;

  @Test
  void makes_no_store_of_a_mistyped_schema() throws SQLException {
    String mistyped = SERVER.currentUrl();
    String files = "file:" + directory;
    Commands.with(files, storage -> storage.health());

    for (String line :
        List.of(
            "health --storage " + mistyped,
            "dlq purge --all --yes --storage " + mistyped,
            "migrate --from " + mistyped + " --to " + files,
            "verify --from " + files + " --to " + mistyped)) {
      Result refused = run(line.split(" "));
      assertThat(refused.exitCode()).as(line + refused.err()).isEqualTo(3);
      assertThat(refused.err()).contains("There is no storage in schema");
    }
    assertThat(SERVER.schemaIsThere()).isFalse();

    assertThat(run("schema", "upgrade", "--storage", mistyped).out()).startsWith("Schema version ");
    assertThat(run("health", "--storage", mistyped).exitCode()).isZero();
  }

  @Test
  void says_that_the_server_is_healthy() {
    append(1);
    Result health = run("health", "--storage", SERVER.currentUrl());

    assertThat(health.exitCode()).isZero();
    assertThat(health.out()).startsWith("healthy").contains("PostgreSQL");
  }

  @Test
  void ends_with_3_when_nobody_answers() {
    Result health = run("health", "--storage", "postgresql://u:hunter2@127.0.0.1:1/d");

    assertThat(health.exitCode()).isEqualTo(3);
    assertThat(health.err().lines()).hasSize(1);
    assertThat(health.out() + health.err()).doesNotContain("hunter2");
  }

  @Test
  void follows_what_another_process_appends() throws IOException, InterruptedException {
    Process tail = start("events", "tail", "--from", "beginning", "--limit", "3", "--json");
    append(3);

    try (BufferedReader lines = tail.inputReader()) {
      assertThat(lines.lines().map(line -> Json.of(line).tree().at("/data/n").intValue()))
          .containsExactly(0, 1, 2);
    }
    assertThat(exitCode(tail)).isZero();
  }

  @Test
  void ends_quietly_when_nobody_reads_any_more() throws IOException, InterruptedException {
    append(1_000);
    Process tail = start("events", "tail", "--from", "beginning");
    try (BufferedReader lines = tail.inputReader()) {
      assertThat(lines.readLine()).contains("type");
    }
    append(100);

    assertThat(exitCode(tail)).isZero();
    assertThat(tail.errorReader().lines()).isEmpty();
  }

  /** Not INT, which goes the same way: a build that runs in the background is deaf to it. */
  @Test
  void ends_in_an_orderly_way_on_a_signal() throws IOException, InterruptedException {
    append(1);
    Process tail = start("events", "tail", "--from", "beginning");
    try (BufferedReader lines = tail.inputReader()) {
      assertThat(lines.readLine()).isNotNull();
      new ProcessBuilder("kill", "-TERM", Long.toString(tail.pid())).start().waitFor();

      assertThat(exitCode(tail)).isEqualTo(143);
      assertThat(tail.errorReader().lines()).containsExactly("holdfast: Interrupted");
    }
  }

  private static void append(int count) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      events.add(Event.of("type", Json.of("{\"n\":" + i + "}")));
    }
    SERVER.storage().events().append(new JobId("job"), ExpectedVersion.any(), events).block();
  }

  private static Process start(String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    if (Runtime.version().feature() >= 24) {
      // As the launcher does: Netty loads native code, and newer Java wants to be told.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), HoldfastCommand.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("HOLDFAST_STORAGE", SERVER.currentUrl());
    return builder.start();
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).as("has ended").isTrue();
    return process.exitValue();
  }
}
