package io.holdfast.migration;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.MovedException;
import io.holdfast.SessionId;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands.Result;
import io.holdfast.postgres.PostgresServer;
import io.holdfast.transfer.Moved;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** How a migration ends: with a source that takes no more writes, or with the way back to it. */
class FinalizeIT {

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

  private Result step(String step, String... more) {
    return run(arguments(step, files, postgres, more));
  }

  private void done(String step, String... more) {
    succeed(arguments(step, files, postgres, more));
  }

  private static String[] arguments(String step, String from, String to, String... more) {
    return Stream.concat(Stream.of("migrate", step, "--from", from, "--to", to), Stream.of(more))
        .toArray(String[]::new);
  }

  private static void requireRefused(Result result, String... why) {
    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(1);
    assertThat(result.err()).contains(why);
  }

  private static String state(String url) {
    Json status = Json.of(succeed("migrate", "status", "--to", url, "--json").out());
    return status.tree().at("/state").stringValue();
  }

  private static Mono<AppendResult> append(UnifiedStorage storage) {
    return storage
        .events()
        .append(new JobId("later"), ExpectedVersion.any(), List.of(Event.of("a", Json.EMPTY)));
  }

  @Test
  void a_directory_takes_no_more_writes_and_is_read() {
    done("start");
    requireRefused(step("finalize", "--yes"), "COPIED", "'holdfast migrate validate'");
    succeed("migrate", "validate", "--to", postgres);
    assertThat(step("finalize").exitCode()).as("asks for consent").isEqualTo(2);
    Result tried = succeed(arguments("finalize", files, postgres, "--dry-run"));
    assertThat(tried.out()).contains("Nothing was changed");
    Commands.with(files, storage -> storage.relocation().storeId());

    Result ended = succeed(arguments("finalize", files, postgres, "--yes"));

    assertThat(ended.out()).contains("Finalized: ", "file:" + directory.resolve("files"), "root ");
    assertThat(ended.out()).doesNotContain("postgres:");
    assertThat(state(postgres)).isEqualTo("FINALIZED");
    assertThatThrownBy(() -> Commands.with(files, UnifiedStorage::health))
        .isInstanceOf(MovedException.class)
        .hasMessageContaining(" has moved to postgresql://");
    assertThat(succeed(arguments("finalize", files, postgres, "--yes")).out())
        .contains("Finalized already");
    succeed("verify", "--from", files, "--to", postgres);
    succeed(
        "export",
        "--format",
        "jsonl",
        "--from",
        files,
        "--to",
        directory.resolve("export").toString());
    succeed("sessions", "list", "--storage", files);
    requireRefused(run("sessions", "delete", "case", "--yes", "--storage", files), "has moved to");
    succeed("migrate", "validate", "--to", postgres);
    assertThat(state(postgres)).as("it is over").isEqualTo("FINALIZED");
    requireRefused(step("start"), "is finalized: the source has moved here");
    requireRefused(step("resume"), "is finalized: the source has moved here");
  }

  @Test
  void a_schema_takes_no_more_writes_and_is_read() throws SQLException {
    Commands.with(postgres, OddRecords::loadInto);
    UnifiedStorage program = SERVER.storage();
    String back = "file:" + directory.resolve("back");
    succeed("migrate", "--from", postgres, "--to", back);

    succeed(arguments("finalize", postgres, back, "--yes"));

    assertThatThrownBy(() -> append(program).block(Duration.ofSeconds(30)))
        .isInstanceOf(MovedException.class)
        .hasMessageContaining("has moved to file:");
    assertThatThrownBy(() -> execute("SELECT append_event('job', 'type')"))
        .hasMessageContaining("has moved to file:");
    assertThatThrownBy(() -> Commands.with(postgres, UnifiedStorage::health))
        .isInstanceOf(MovedException.class);
    succeed("verify", "--from", postgres, "--to", back);
    requireRefused(run("search", "containment", "--storage", postgres), "has moved to file:");
    Commands.with(back, FinalizeIT::append);
    requireRefused(
        run(arguments("rollback", postgres, back, "--yes")), "was finalized: --force goes back");
    Result gone = succeed(arguments("rollback", postgres, back, "--force", "--yes"));
    assertThat(gone.out()).contains("Rolled back: ", "has 1 record that the source has not");
    append(program).block(Duration.ofSeconds(30));
    assertThatThrownBy(() -> Commands.with(back, UnifiedStorage::health))
        .isInstanceOf(MovedException.class);
    assertThat(state(back)).isEqualTo("ROLLED_BACK");
  }

  @Test
  void a_source_that_has_changed_is_left_as_it_is() {
    done("start");
    succeed("migrate", "validate", "--to", postgres);
    Commands.with(files, FinalizeIT::append);
    requireRefused(step("finalize", "--yes"), "no longer holds what was proved");
    done("resume");
    Commands.with(
        files,
        storage ->
            storage
                .sessions()
                .get(new SessionId("case"))
                .map(session -> session.withDetails(session.details().withError("changed")))
                .flatMap(storage.sessions()::update));
    requireRefused(step("finalize", "--dry-run"), "no longer holds what was proved");
    requireRefused(step("finalize", "--yes"), "no longer holds what was proved");

    assertThat(state(postgres)).isEqualTo("VERIFIED");
    Commands.with(files, FinalizeIT::append);
    done("resume");
    done("finalize", "--yes");
  }

  @Test
  void the_way_back_is_open_until_then() {
    done("start");
    Commands.with(files, FinalizeIT::append);

    assertThat(succeed(arguments("rollback", files, postgres, "--dry-run")).out())
        .contains("Nothing was changed", "no record that the source has not");
    assertThat(state(postgres)).isEqualTo("COPIED");
    done("rollback", "--yes");

    assertThat(state(postgres)).isEqualTo("ROLLED_BACK");
    assertThatThrownBy(() -> Commands.with(postgres, UnifiedStorage::health))
        .isInstanceOf(MovedException.class)
        .hasMessageContaining(" has moved to file:");
    Commands.with(files, FinalizeIT::append);
    assertThat(succeed(arguments("rollback", files, postgres, "--yes")).out())
        .contains("Rolled back already");
    requireRefused(step("finalize", "--yes"), "ROLLED_BACK");
    requireRefused(step("start"), "has moved to file:", "'holdfast migrate rollback --force'");

    assertThat(run("migrate", "rollback", "--from", postgres, "--yes").exitCode()).isEqualTo(2);
    assertThat(succeed("migrate", "rollback", "--from", postgres, "--force", "--yes").out())
        .contains("takes writes again");
    done("resume");
    done("finalize", "--yes");
  }

  @Test
  void what_only_the_target_has_is_not_given_up_without_a_word() {
    done("start");
    succeed("migrate", "validate", "--to", postgres);
    Commands.with(postgres, FinalizeIT::append);

    requireRefused(
        step("rollback", "--yes"), "has 1 record that the source has not", "brings them out");
    assertThat(state(postgres)).isEqualTo("VERIFIED");
    Commands.with(postgres, FinalizeIT::append);
    done("rollback", "--force", "--yes");

    String out = "file:" + directory.resolve("out");
    succeed("migrate", "--from", postgres, "--to", out);
    succeed("verify", "--from", postgres, "--to", out);
  }

  @Test
  void a_target_that_is_lost_does_not_keep_its_source() {
    done("start");
    succeed("migrate", "validate", "--to", postgres);
    done("finalize", "--yes");

    assertThat(succeed("migrate", "rollback", "--from", files, "--force", "--dry-run").out())
        .contains("would take writes again");
    assertThatThrownBy(() -> Commands.with(files, FinalizeIT::append))
        .isInstanceOf(MovedException.class);
    succeed("migrate", "rollback", "--from", files, "--force", "--yes");

    Commands.with(files, FinalizeIT::append);
    requireRefused(
        run("migrate", "rollback", "--from", files, "--force", "--yes"), "has not moved");
    requireRefused(
        step("finalize", "--yes"), "no longer holds what was proved", "'holdfast migrate rollback");
  }

  @Test
  void a_source_is_of_the_past_under_any_name() throws IOException {
    done("start");
    succeed("migrate", "validate", "--to", postgres);
    done("finalize", "--yes");
    Path renamed = Files.move(directory.resolve("files"), directory.resolve("renamed"));

    requireRefused(
        run(arguments("start", "file:" + renamed, postgres)),
        "is finalized: the source has moved here");
    assertThat(state(postgres)).isEqualTo("FINALIZED");
    Files.move(renamed, directory.resolve("files"));
    done("rollback", "--force", "--yes");
  }

  @Test
  void a_copy_is_given_up_while_its_source_is_at_work() {
    done("start");

    Commands.with(
        files,
        source ->
            Mono.fromRunnable(() -> done("rollback", "--yes"))
                .subscribeOn(Schedulers.boundedElastic())
                .then(append(source)));
    assertThat(state(postgres)).isEqualTo("ROLLED_BACK");
  }

  @Test
  void a_target_that_is_marked_and_not_noted_does_not_keep_its_source() {
    done("start");
    succeed("migrate", "validate", "--to", postgres);
    done("finalize", "--yes");
    String source = Commands.with(files + "?access=read", read -> read.relocation().storeId());
    Moved mark = new Moved(files, String.valueOf(source), "", Instant.EPOCH);
    Commands.with(postgres, target -> target.relocation().moveTo(mark));

    done("rollback", "--force", "--yes");

    Commands.with(files, FinalizeIT::append);
    assertThat(succeed(arguments("rollback", files, postgres, "--yes")).out())
        .contains("Rolled back already");
  }

  @Test
  void only_a_storage_is_marked() {
    String elsewhere = "file:" + directory.resolve("elsewhere");
    Commands.with(elsewhere, UnifiedStorage::health);

    assertThat(run(arguments("finalize", "export:" + directory, postgres, "--yes")).exitCode())
        .isEqualTo(2);
    assertThat(run(arguments("rollback", "prodigy:" + directory, postgres, "--yes")).exitCode())
        .isEqualTo(2);
    assertThat(run(arguments("finalize", files, files, "--yes")).exitCode()).isEqualTo(2);
    requireRefused(
        run(arguments("finalize", files, elsewhere, "--yes")), "No migration from ", " has begun");
    requireRefused(run(arguments("rollback", files, elsewhere, "--yes")), "No migration from ");
  }

  @Test
  void nothing_moves_to_itself_under_another_name() throws IOException {
    Path alias = directory.resolve("alias");
    succeed("migrate", "--from", files, "--to", "file:" + alias);
    Files.copy(
        directory.resolve("files").resolve("holdfast.json"),
        alias.resolve("holdfast.json"),
        StandardCopyOption.REPLACE_EXISTING);

    requireRefused(
        run(arguments("finalize", files, "file:" + alias, "--yes")), "both have the id ");
    Commands.with(files, FinalizeIT::append);
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
