package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.export.ExportFiles;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.postgres.RestoredDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Exports of a database, and into one. */
class ExportIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;
  private String postgres;

  @BeforeEach
  void fill_a_database() {
    postgres = SERVER.currentUrl();
    Commands.with(postgres, OddRecords::loadInto);
  }

  private Path export(String from, String format, String name, String... more) {
    Path to = directory.resolve(name);
    succeed(
        Stream.concat(
                Stream.of("export", "--from", from, "--to", to.toString(), "--format", format),
                Stream.of(more))
            .toArray(String[]::new));
    return to;
  }

  @Test
  void lines_are_the_same_wherever_the_records_are() throws IOException {
    String files = "file:" + directory.resolve("files");
    Path ofPostgres = export(postgres, "jsonl", "of-postgres");
    succeed("import", "--from", ofPostgres.toString(), "--to", files);

    Path ofFiles = export(files, "jsonl", "of-files");

    assertThat(new ExportFiles(ofFiles).all()).isEqualTo(new ExportFiles(ofPostgres).all());
    succeed("verify", "--from", postgres, "--to", files);
  }

  @Test
  void lines_are_imported_into_a_database() throws SQLException {
    String files = "file:" + directory.resolve("files");
    Commands.with(files, OddRecords::loadInto);
    Path exported = export(files, "jsonl", "of-files", "--compress");
    String other = SERVER.freshUrl();

    Result imported =
        run("import", "--from", exported.toString(), "--to", other, "--batch-size", "5");

    assertThat(imported.exitCode()).as(imported.err()).isZero();
    assertThat(imported.out()).contains("Identical: " + OddRecords.COUNT + " records");
    succeed("verify", "--from", files, "--to", other);
    SERVER.drop(other);
  }

  @Test
  void a_script_makes_the_same_store_in_another_database() throws IOException, SQLException {
    Json large = Json.of("{\"text\":\"" + "x\\ty".repeat(2 << 20) + "\"}");
    Commands.with(
        postgres,
        storage ->
            storage
                .checkpoints()
                .append(new WorkflowId("large"), 0, CheckpointContent.of(large))
                .then(
                    storage
                        .events()
                        .append(
                            new JobId("large"),
                            ExpectedVersion.none(),
                            List.of(Event.of("t", large)))));
    Path script = export(postgres, "sql", "store.sql");
    Path again = export(postgres, "sql", "again.sql");

    assertThat(Files.mismatch(script, again)).isEqualTo(-1);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(script)))
        .isEqualTo("rw-------");
    try (RestoredDatabase restored = RestoredDatabase.of(SERVER, Files.readString(script))) {
      Result verified = run("verify", "--from", postgres, "--to", restored.url());
      assertThat(verified.exitCode()).as(verified.out() + verified.err()).isZero();
      assertThat(verified.out()).contains("Identical: " + (OddRecords.COUNT + 2) + " records");
      assertThat(Files.mismatch(script, export(restored.url(), "sql", "restored.sql")))
          .isEqualTo(-1);
    }
  }

  @Test
  void a_script_replaces_nothing() throws IOException {
    Path there = Files.writeString(directory.resolve("there.sql"), "precious");

    Result refused = run("export", "--from", postgres, "--to", there.toString(), "--format", "sql");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(there).hasContent("precious");
    assertThat(
            run(
                    "export",
                    "--from",
                    postgres,
                    "--to",
                    there.toString(),
                    "--format",
                    "sql",
                    "--compress")
                .err())
        .contains("psql reads plain text");
  }
}
