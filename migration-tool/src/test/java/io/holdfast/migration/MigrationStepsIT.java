package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.transfer.MigrationTurn;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A migration in steps, with what is remembered between them. */
class MigrationStepsIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;
  private String files;
  private String postgres;

  @BeforeEach
  void fill_a_store() {
    files = "file:" + directory.resolve("files");
    postgres = SERVER.currentUrl();
    Commands.with(files, OddRecords::loadInto);
  }

  private static String root(Result result) {
    return result
        .out()
        .lines()
        .filter(line -> line.startsWith("root "))
        .findFirst()
        .orElseThrow(() -> new AssertionError(result.out()))
        .substring("root".length())
        .strip();
  }

  @Test
  void plans_copies_and_proves() {
    Result planned = succeed("migrate", "plan", "--from", files);
    Result started = succeed("migrate", "start", "--from", files, "--to", postgres);
    Result copied = succeed("migrate", "status", "--to", postgres);
    Result validated = succeed("migrate", "validate", "--to", postgres);
    Result verified = succeed("migrate", "status", "--to", postgres, "--json");

    assertThat(planned.out())
        .contains("months ", "Nothing was written", "To copy and prove them takes about 1 s");
    assertThat(started.out()).contains("Copied: " + OddRecords.COUNT + " records");
    assertThat(copied.out()).contains("COPIED", "file:" + directory.resolve("files"));
    assertThat(validated.out()).contains("Identical.");
    Json status = Json.of(verified.out());
    assertThat(status.tree().at("/state").stringValue()).isEqualTo("VERIFIED");
    assertThat(status.tree().at("/holder").stringValue()).isEmpty();
    assertThat(List.of(root(started), root(copied), root(validated)))
        .as("all say what was planned")
        .containsOnly(root(planned));
    assertThat(status.tree().at("/root").stringValue()).isEqualTo(root(planned));
  }

  @Test
  void a_root_is_proof_without_the_other_side() throws SQLException {
    String root = root(succeed("migrate", "--from", files, "--to", postgres));

    assertThat(succeed("verify", "--to", postgres, "--root", root).out()).contains("Identical.");
    assertThat(succeed("verify", "--to", files, "--root", root).out()).contains("Identical.");
    execute("UPDATE sessions SET done = done + 1 WHERE session_id = 'case'");
    Result changed = run("verify", "--to", postgres, "--root", root);
    assertThat(changed.exitCode()).isEqualTo(1);
    assertThat(changed.out()).contains("NOT identical.", "expected      " + root);
    Result invalid = run("migrate", "validate", "--to", postgres);
    assertThat(invalid.exitCode()).isEqualTo(1);
    assertThat(invalid.out().lines().filter(line -> line.endsWith("DIFFERENT")))
        .singleElement()
        .asString()
        .startsWith("sessions");
    assertThat(succeed("migrate", "status", "--to", postgres).out()).contains("COPIED");
  }

  @Test
  void a_root_does_not_depend_on_how_it_was_copied() {
    String root = root(succeed("migrate", "--from", files, "--to", postgres, "--batch-size", "7"));
    String back = "file:" + directory.resolve("back");

    assertThat(root(succeed("migrate", "--from", postgres, "--to", back, "--batch-size", "3")))
        .isEqualTo(root);
    assertThat(root(succeed("verify", "--from", files, "--to", back))).isEqualTo(root);
  }

  @Test
  void moves_only_what_was_chosen() {
    Result some = succeed("migrate", "--from", files, "--to", postgres, "--only", "sessions,locks");

    assertThat(some.out()).contains("Identical: 16 records");
    assertThat(count()).isZero();
    Result validated = run("migrate", "validate", "--to", postgres);
    assertThat(validated.exitCode()).as("not all is copied").isEqualTo(1);
    assertThat(validated.err()).contains("Nothing to prove yet");
    assertThat(
            succeed("verify", "--to", postgres, "--only", "locks,sessions", "--root", root(some))
                .out())
        .contains("Identical.");
    assertThat(succeed("verify", "--from", files, "--to", postgres, "--only", "sessions").out())
        .contains("Identical: 8 records");
    Result all = succeed("migrate", "--from", files, "--to", postgres, "--workers", "1");
    Result again = succeed("migrate", "--from", files, "--to", postgres, "--only", "sessions");
    assertThat(again.out()).contains("Identical: 8 records");
    assertThat(succeed("migrate", "status", "--to", postgres).out())
        .as("nothing was written, so what was proved still is")
        .contains("VERIFIED", root(all));
    Result unknown = run("migrate", "--from", files, "--to", postgres, "--only", "sesions");
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.err()).contains("no such kind: sesions; there are workflows, ");
  }

  @Test
  void goes_slowly_where_it_is_told_to() {
    assertThat(run("migrate", "--from", files, "--to", postgres, "--workers", "3").err())
        .contains("--workers must be 1 or 2, was 3");
    assertThat(run("migrate", "--from", files, "--to", postgres, "--rate", "-1").exitCode())
        .isEqualTo(2);
    long start = System.nanoTime();
    succeed(
        "migrate",
        "--from",
        files,
        "--to",
        postgres,
        "--only",
        "locks",
        "--rate",
        "4",
        "--batch-size",
        "4");

    assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(2));
    assertThat(succeed("migrate", "status", "--to", postgres).out())
        .containsPattern("locks +2 +8 ");
  }

  @Test
  void refuses_what_cannot_be_a_root() {
    succeed("migrate", "--from", files, "--to", postgres);

    assertThat(run("verify", "--to", postgres, "--root", "ABC").exitCode()).isEqualTo(2);
    String root = "0".repeat(64);
    assertThat(run("verify", "--to", postgres, "--root", root, "--report", "r").exitCode())
        .isEqualTo(2);
    assertThat(
            run("verify", "--from", files, "--to", postgres, "--root", "0".repeat(64)).exitCode())
        .isEqualTo(2);
  }

  @Test
  void says_that_nothing_has_begun() {
    Commands.with(postgres, storage -> storage.health());

    for (String step : List.of("status", "pause", "validate")) {
      Result refused = run("migrate", step, "--to", postgres);
      assertThat(refused.exitCode()).as(step).isEqualTo(1);
      assertThat(refused.err()).contains("No migration into ");
    }
    Result resumed = run("migrate", "resume", "--from", files, "--to", postgres);
    assertThat(resumed.exitCode()).isEqualTo(1);
    assertThat(resumed.err()).contains("No migration from ");
    assertThat(run("migrate", "status", "--to", "file:" + directory.resolve("none")).exitCode())
        .isEqualTo(3);
  }

  @Test
  void goes_on_from_the_last_chunk() throws SQLException {
    String root = root(succeed("migrate", "plan", "--from", files));
    execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'no more'; END $$;"
            + " CREATE TRIGGER refuse BEFORE INSERT ON migration_chunks FOR EACH ROW"
            + " WHEN (NEW.kind = 'events' AND NEW.number = 3) EXECUTE FUNCTION refuse()");
    Result broken =
        run("migrate", "start", "--from", files, "--to", postgres, "--batch-size", "10");
    assertThat(broken.exitCode()).isNotZero();
    assertThat(succeed("migrate", "status", "--to", postgres).out()).contains("PAUSED");
    assertThat(gathered()).as("whole chunks").isEqualTo("30");
    assertThat(count()).as("seen by others").isZero();

    String last = query("SELECT max(copied_at) FROM migration_chunks");
    String noted = query("SELECT count(*) FROM migration_chunks");
    execute("DROP TRIGGER refuse ON migration_chunks");
    Result resumed =
        succeed("migrate", "resume", "--from", files, "--to", postgres, "--batch-size", "10");
    assertThat(root(resumed)).isEqualTo(root);
    assertThat(resumed.out().lines().filter(line -> line.startsWith("events ")).findFirst())
        .hasValueSatisfying(line -> assertThat(line).containsPattern("^events +32 +2 +30 "));
    assertThat(query("SELECT count(*) FROM migration_chunks WHERE copied_at <= '" + last + "'"))
        .as("what was noted is not written again")
        .isEqualTo(noted);
  }

  @Test
  void goes_on_after_the_source_has_grown() {
    succeed("migrate", "--from", files, "--to", postgres, "--batch-size", "10");
    Event event = Event.of("later", Json.EMPTY);
    Commands.with(
        files,
        storage ->
            storage.events().append(new JobId("later"), ExpectedVersion.any(), List.of(event)));

    Result again = succeed("migrate", "--from", files, "--to", postgres, "--batch-size", "10");

    assertThat(again.out()).contains(", 1 written,");
  }

  @Test
  void stops_when_it_is_paused_and_says_so() throws SQLException {
    execute(
        "CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN EXECUTE format('UPDATE %I.migration SET state = ''PAUSED''', TG_TABLE_SCHEMA); RETURN NULL; END $$;"
            + " CREATE TRIGGER pause AFTER INSERT ON migration_chunks FOR EACH ROW"
            + " WHEN (NEW.kind = 'events' AND NEW.number = 1) EXECUTE FUNCTION pause()");

    Result paused = run("migrate", "--from", files, "--to", postgres, "--batch-size", "10");

    assertThat(paused.exitCode()).isEqualTo(1);
    assertThat(paused.err()).contains("Paused: 'holdfast migrate resume' goes on");
    assertThat(gathered()).isEqualTo("20");
    assertThat(run("migrate", "validate", "--to", postgres).exitCode()).isEqualTo(1);
    execute("DROP TRIGGER pause ON migration_chunks");
    succeed("migrate", "resume", "--from", files, "--to", postgres, "--batch-size", "10");
    assertThat(run("migrate", "pause", "--to", postgres).out()).contains("Nothing to pause");
  }

  @Test
  void leaves_a_migration_alone_that_somebody_else_is_at() {
    MigrationTurn elsewhere =
        new MigrationTurn("file:/elsewhere", "1@elsewhere", Duration.ofHours(1));
    MigrationRun held =
        Objects.requireNonNull(
            Commands.with(postgres, storage -> storage.migrations().take(elsewhere)));

    Result paused = succeed("migrate", "pause", "--to", postgres);
    Result refused = run("migrate", "start", "--from", files, "--to", postgres);

    assertThat(paused.out()).contains("Paused: no further chunk is begun.");
    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("1@elsewhere");
    Commands.with(
        postgres, storage -> storage.migrations().leave(held, MigrationState.PAUSED, List.of()));
    succeed("migrate", "start", "--from", files, "--to", postgres);
  }

  @Test
  void does_not_wait_for_a_process_of_this_host_that_is_gone() throws Exception {
    Process process = new ProcessBuilder("true").start();
    assertThat(process.waitFor()).isZero();
    String here = io.holdfast.migration.report.Holder.current();
    String gone = process.pid() + here.substring(here.indexOf('@'));
    String source = "file:" + directory.resolve("files");
    MigrationTurn turn = new MigrationTurn(source, gone, Duration.ofHours(1));
    Commands.with(postgres, storage -> storage.migrations().take(turn));

    assertThat(succeed("migrate", "status", "--to", postgres).out())
        .contains("COPYING, by " + gone.split(" ", 2)[0] + ", which is gone");
    Result paused = run("migrate", "pause", "--to", postgres);
    assertThat(paused.exitCode()).isEqualTo(1);
    assertThat(paused.out()).contains("Nothing to pause: the process that copied is gone.");
    assertThat(run("migrate", "pause", "--to", postgres).out())
        .contains("Nothing to pause: the migration is PAUSED.");
    succeed("migrate", "resume", "--from", files, "--to", postgres);
  }

  private String gathered() throws SQLException {
    return query("SELECT count(*) FROM events_loading");
  }

  private long count() {
    return Objects.requireNonNull(
        Commands.with(postgres, storage -> storage.transfer(RecordedEvent.KIND).count()));
  }

  private void execute(String sql) throws SQLException {
    Commands.with(postgres, storage -> storage.health());
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      assertThat(row.next()).isTrue();
      return row.getString(1);
    }
  }
}
