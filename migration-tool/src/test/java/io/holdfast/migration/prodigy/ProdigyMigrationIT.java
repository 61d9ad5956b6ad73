package io.holdfast.migration.prodigy;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** A Prodigy store to PostgreSQL. */
class ProdigyMigrationIT {

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  @TempDir private Path directory;
  private String from;

  @BeforeEach
  void write_a_store() throws Exception {
    Tree project = new Tree(directory.resolve("project"));
    LayoutB.write(new Tree(directory.resolve("prodigy")), project);
    from = "prodigy:" + directory.resolve("prodigy") + "?project=" + project.root();
  }

  @Test
  void moves_everything_into_months_that_are_long_past() throws SQLException {
    Import migrated = Import.of(from, SERVER.currentUrl(), directory);
    Import again = Import.of(from, SERVER.currentUrl(), directory);
    Result verified = run("verify", "--from", from, "--to", SERVER.currentUrl());

    assertThat(migrated.report().get("identical").booleanValue()).isTrue();
    assertThat(migrated.report().get("written").longValue()).isEqualTo(37);
    migrated.requireConsistent();
    assertThat(again.report().get("written").longValue()).isZero();
    assertThat(verified.exitCode()).as(verified.out()).isZero();
    assertThat(Import.all(SERVER.currentUrl()))
        .hasSize(37)
        .noneMatch(record -> record.contains(Samples.SECRET));
  }

  @Test
  void finds_a_record_that_was_tampered_with() throws SQLException {
    Import.of(from, SERVER.currentUrl(), directory);
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      assertThat(statement.executeUpdate("UPDATE events SET data = '{}' WHERE position = 5"))
          .isEqualTo(1);
    }

    Result verified = run("verify", "--from", from, "--to", SERVER.currentUrl());

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out()).contains("Differences: 1", "mapreduce-1@2  different at /data");
  }
}
