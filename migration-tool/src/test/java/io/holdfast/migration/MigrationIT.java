package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.Removal;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.session.Session;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Files to PostgreSQL. */
class MigrationIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;
  private String files;
  private String postgres;

  @BeforeEach
  void choose_places() {
    files = "file:" + directory.resolve("files");
    postgres = SERVER.currentUrl();
  }

  @Test
  void moves_every_kind_there_and_back_again() {
    String back = "file:" + directory.resolve("back");
    Commands.with(files, OddRecords::loadInto);

    Result there = run("migrate", "--from", files, "--to", postgres);
    Result andBack = run("migrate", "--from", postgres, "--to", back, "--batch-size", "5");
    Result same = run("verify", "--from", files, "--to", back);

    assertThat(there.exitCode()).as(there.out() + there.err()).isZero();
    assertThat(andBack.exitCode()).as(andBack.out() + andBack.err()).isZero();
    assertThat(same.exitCode()).as(same.out()).isZero();
    assertThat(same.out()).contains("Identical: " + OddRecords.COUNT + " records");
  }

  @Test
  void writes_nothing_the_second_time() {
    Commands.with(files, OddRecords::loadInto);
    succeed("migrate", "--from", files, "--to", postgres);

    Result again = run("migrate", "--from", files, "--to", postgres);

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains(", 0 written,");
  }

  @Test
  void continues_a_migration_that_was_broken_off() {
    Commands.with(files, OddRecords::loadInto);
    Commands.with(files, source -> Commands.copySome(source, postgres, RecordedEvent.KIND, 20));

    Result resumed = run("migrate", "--from", files, "--to", postgres);

    assertThat(resumed.exitCode()).as(resumed.out() + resumed.err()).isZero();
    assertThat(resumed.out()).contains((OddRecords.COUNT - 20) + " written");
  }

  @Test
  void writes_nothing_into_a_storage_with_other_events() {
    append(postgres, "other", YearMonth.of(2026, 3), 3);
    Commands.with(files, OddRecords::loadInto);

    Result refused = run("migrate", "--from", files, "--to", postgres);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("other events", "Nothing was written");
    Long sessions = Commands.with(postgres, storage -> storage.transfer(Session.KIND).count());
    assertThat(sessions).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "UPDATE sessions SET done = 4 WHERE session_id = 'case'"
            + " | sessions | different at /done",
        "UPDATE events SET data = '{\"b\":2}' WHERE position = 7 | events | different at /data",
        "UPDATE events SET data = jsonb_set(data, '{exact}', '12345678901234567890.123456789012345678901234567891') WHERE position = 69"
            + " | events | different at /data/exact",
        "UPDATE dead_letter_states SET token = token + 1 WHERE job_id = 'case' | dead-letters | different at /token",
        "DELETE FROM locks WHERE lock_name = 'CaSe' | locks | only in the source",
        "DELETE FROM events WHERE position = 100 | events | only in the source",
        "INSERT INTO events (position, version, created_at, job_id, event_type, data)"
            + " SELECT position, version, created_at + interval '1 us', job_id, event_type, data"
            + " FROM events WHERE position = 38 | events | more than once in the target",
      })
  void finds_what_was_tampered_with(String sql, String kind, String finding) throws SQLException {
    Commands.with(files, OddRecords::loadInto);
    succeed("migrate", "--from", files, "--to", postgres);
    execute(sql);

    Result verified = run("verify", "--from", files, "--to", postgres);

    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isEqualTo(1);
    assertThat(verified.out()).contains("Differences: ", finding);
    assertThat(verified.out().lines().filter(line -> line.contains(finding)))
        .singleElement()
        .asString()
        .startsWith(kind);
  }

  @Test
  void finds_two_events_that_have_changed_places() throws SQLException {
    Commands.with(files, OddRecords::loadInto);
    succeed("migrate", "--from", files, "--to", postgres);
    execute(
        "UPDATE events e SET position = o.position FROM events o"
            + " WHERE (e.position, o.position) IN ((38, 69), (69, 38))");

    Result verified = run("verify", "--from", files, "--to", postgres);

    assertThat(verified.exitCode()).as(verified.out() + verified.err()).isEqualTo(1);
    assertThat(verified.out()).contains("Differences: 2");
    assertThat(verified.out().lines().filter(line -> line.contains("different at /")))
        .hasSize(2)
        .allSatisfy(line -> assertThat(line).startsWith("events "));
  }

  @Test
  void repairs_what_was_lost_but_not_what_was_changed() throws SQLException {
    Commands.with(files, OddRecords::loadInto);
    succeed("migrate", "--from", files, "--to", postgres);
    execute("DELETE FROM locks");

    assertThat(run("migrate", "--from", files, "--to", postgres).exitCode()).isZero();

    execute("UPDATE locks SET owner = 'somebody else'");
    assertThat(run("migrate", "--from", files, "--to", postgres).exitCode()).isEqualTo(1);
  }

  @Test
  void moves_a_store_from_which_months_were_dropped() {
    String back = "file:" + directory.resolve("back");
    YearMonth dropped = YearMonth.of(2025, 1);
    append(files, "middle", dropped.minusMonths(1), 2);
    append(files, "nightly-7", dropped, 10);
    append(files, "middle", dropped, 3);
    append(files, "nightly-7", dropped.plusMonths(1), 3);
    append(files, "middle", dropped.plusMonths(1), 1);
    Commands.with(files, source -> source.events().months().drop(dropped, Removal.CHECKED));

    succeed("migrate", "--from", files, "--to", postgres, "--batch-size", "2");
    assertThat(succeed("verify", "--from", files, "--to", postgres).out())
        .contains("Identical: 6 records");
    assertThat(succeed("migrate", "--from", files, "--to", postgres).out())
        .contains(", 0 written,");
    succeed("migrate", "--from", postgres, "--to", back, "--batch-size", "2");
    assertThat(append(postgres, "nightly-7", dropped, 1)).isEqualTo(14);
    assertThat(append(back, "middle", dropped, 1)).isEqualTo(7);
  }

  /** Appends events of a month; the version of the last one. */
  @CanIgnoreReturnValue
  private static long append(String url, String job, YearMonth month, int count) {
    Event event =
        Event.of("t", Json.EMPTY).at(month.atDay(9).atStartOfDay().toInstant(ZoneOffset.UTC));
    AppendResult appended =
        Commands.with(
            url,
            storage ->
                storage
                    .events()
                    .append(
                        new JobId(job), ExpectedVersion.any(), Collections.nCopies(count, event)));
    return Objects.requireNonNull(appended).last().version();
  }

  @Test
  void carries_large_records() {
    Json large = Json.of("{\"text\":\"" + "x".repeat(6 << 20) + "\"}");
    for (int i = 0; i < 4; i++) {
      WorkflowId workflow = new WorkflowId("large-" + i);
      Commands.with(
          files, storage -> storage.checkpoints().append(workflow, 0, CheckpointContent.of(large)));
    }

    Result migrated = run("migrate", "--from", files, "--to", postgres);

    assertThat(migrated.exitCode()).as(migrated.err()).isZero();
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).as("rows changed").isPositive();
    }
  }
}
