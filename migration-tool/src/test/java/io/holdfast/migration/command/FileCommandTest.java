package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.runWithInput;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.migration.OddRecords;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import tools.jackson.databind.JsonNode;

/** The commands, on files. */
class FileCommandTest {

  @TempDir private Path directory;
  private String from;
  private String to;

  @BeforeEach
  void choose_places() {
    from = "file:" + directory.resolve("from");
    to = "file:" + directory.resolve("to");
  }

  @Test
  void migrates_every_kind_and_says_so() throws IOException {
    Commands.with(from, OddRecords::loadInto);
    Path report = directory.resolve("report.json");

    Result migrated = run("migrate", "--from", from, "--to", to, "--report", report.toString());

    assertThat(migrated.exitCode()).as(migrated.err()).isZero();
    assertThat(migrated.out())
        .contains("Identical: " + OddRecords.COUNT + " records", "events", "dead-letters");
    JsonNode json = Json.of(Files.readString(report)).tree();
    assertThat(json.get("identical").booleanValue()).isTrue();
    assertThat(json.get("written").intValue()).isEqualTo(OddRecords.COUNT);
    assertThat(json.get("kinds")).hasSize(9);
    assertThat(json.at("/kinds/8/kind").stringValue()).isEqualTo("events");
    assertThat(json.at("/kinds/8/source/sha256")).isEqualTo(json.at("/kinds/8/target/sha256"));
  }

  @Test
  void migrates_again_and_writes_nothing() {
    Commands.with(from, OddRecords::loadInto);
    succeed("migrate", "--from", from, "--to", to);

    Result again = run("migrate", "--from", from, "--to", to);

    assertThat(again.exitCode()).isZero();
    assertThat(again.out()).contains(", 0 written,");
    assertThat(again.err()).contains("Verifying").doesNotContain("Copying");
  }

  @Test
  void migrates_what_was_added_since() {
    Commands.with(from, OddRecords::loadInto);
    succeed("migrate", "--from", from, "--to", to, "--batch-size", "3");
    append(from, "one more");

    Result again = run("migrate", "--from", from, "--to", to);

    assertThat(again.exitCode()).isZero();
    assertThat(again.out())
        .contains("Identical: " + (OddRecords.COUNT + 1) + " records", "1 written");
  }

  @Test
  void verifies_and_finds_what_is_only_in_the_target() throws IOException {
    Commands.with(from, OddRecords::loadInto);
    succeed("migrate", "--from", from, "--to", to);
    append(to, "foreign");
    Path report = directory.resolve("report.json");

    Result verified = run("verify", "--from", from, "--to", to, "--report", report.toString());

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out())
        .contains(
            "Differences: 1", "foreign@1", "only in the target", "NOT identical: 1 difference");
    assertThat(Files.readString(report)).contains("ONLY_IN_TARGET");
  }

  @Test
  void a_migration_into_a_store_of_other_records_is_not_a_success() {
    append(from, "here");
    append(to, "there");

    assertThat(run("migrate", "--from", from, "--to", to).exitCode()).isEqualTo(2);
  }

  @Test
  void refuses_to_copy_a_storage_onto_itself() {
    append(from, "here");

    Result refused = run("migrate", "--from", from, "--to", from + "/");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("same storage");
  }

  @Test
  void queries_by_what_is_in_the_data() {
    String lines =
        """
        {"job":"a","type":"step","data":{"ms":150,"log":"Build failed"},"correlationId":"c"}
        {"job":"b","type":"step","data":{"ms":90,"log":"build ok"},"agentId":"x"}
        {"job":"b","type":"end","data":{},"createdAt":"2024-02-29T12:00:00Z"}
        """;
    assertThat(runWithInput(lines, "events", "append", "--storage", from).exitCode()).isZero();

    assertThat(query("--where", "$.ms >= 90", "--text", "BUILD")).isEqualTo("2");
    assertThat(query("--where", "$.ms >= 90", "--where", "$.log = \"build ok\"")).isEqualTo("1");
    assertThat(query("--type", "step", "--type", "end", "--job", "b")).isEqualTo("2");
    assertThat(query("--correlation", "c")).isEqualTo("1");
    assertThat(query("--agent", "x")).isEqualTo("1");
    assertThat(query("--since", "2024-02-29", "--until", "2024-03-01")).isEqualTo("1");
    assertThat(query("--until", "2024-02-29T12:00:00Z")).isEqualTo("0");
    assertThat(run("events", "query", "--storage", from, "--newest", "--limit", "1").out())
        .contains("end")
        .doesNotContain("step");
    assertThat(run("events", "query", "--storage", from, "--from", "1", "--json").out().lines())
        .hasSize(2);
  }

  private String query(String... options) {
    String[] command = {"events", "query", "--storage", from, "--count"};
    return succeed(Stream.of(command, options).flatMap(Stream::of).toArray(String[]::new))
        .out()
        .strip();
  }

  @Test
  void says_what_is_wrong_with_a_condition_and_where() {
    append(from, "here");

    Result refused = run("events", "query", "--storage", from, "--where", "$.ms ~ 3");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("one of = != < <= > >= contains exists", "character 6");
  }

  @Test
  void appends_lines_and_tails_them() {
    Result appended =
        runWithInput(
            "{\"job\":\"j\",\"type\":\"t\",\"data\":{\"n\":1}}\n\n{\"type\":\"u\",\"id\":\"x\"}\n",
            "events",
            "append",
            "--storage",
            from,
            "--job",
            "k");
    Result tailed =
        run("events", "tail", "--storage", from, "--from", "beginning", "--limit", "2", "--json");

    assertThat(appended.out()).isEqualToIgnoringNewLines("Appended 2 events, last position 2");
    assertThat(tailed.exitCode()).isZero();
    List<JsonNode> lines = tailed.out().lines().map(line -> Json.of(line).tree()).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0).at("/data/n").intValue()).isEqualTo(1);
    assertThat(lines.get(1).get("job").stringValue()).isEqualTo("k");
    assertThat(lines.get(1).get("id").stringValue()).isEqualTo("x");
  }

  @Test
  void appends_what_was_tailed() {
    append(from, "a");
    String lines =
        run("events", "tail", "--storage", from, "--from", "beginning", "--limit", "1", "--json")
            .out();

    Result appended = runWithInput(lines, "events", "append", "--storage", to);

    assertThat(appended.exitCode()).as(appended.err()).isZero();
    assertThat(run("verify", "--from", from, "--to", to).exitCode()).isZero();
  }

  @Test
  void stops_at_a_bad_line_and_says_what_is_committed() {
    Result stopped =
        runWithInput(
            "{\"job\":\"j\",\"type\":\"t\"}\n{\"job\":\"j\",\"typo\":\"t\"}\n{\"job\":\"j\",\"type\":\"t\"}\n",
            "events",
            "append",
            "--storage",
            from);

    assertThat(stopped.exitCode()).isEqualTo(1);
    assertThat(stopped.err()).contains("line 2: ", "unknown member", "/typo");
    assertThat(stopped.out()).contains("Appended 1 event, last position 1");
  }

  @Test
  void tails_in_columns_that_cannot_harm_a_screen() {
    append(
        from, "\uD83D\uDE00 job", Json.of("{\"text\":\"\u009b2J\u202e" + "x".repeat(500) + "\"}"));

    Result tailed = run("events", "tail", "--storage", from, "--from", "beginning", "--limit", "1");

    assertThat(tailed.out().strip())
        .startsWith("1  2")
        .contains("\uD83D\uDE00 job", "\\u009b", "…");
    assertThat(tailed.out()).doesNotContain("\u009b", "\u202e");
  }

  @Test
  void tails_only_the_jobs_and_types_that_are_asked_for() {
    for (String job : List.of("a", "b", "c", "a")) {
      append(from, job);
    }

    Result tailed =
        run(
            "events",
            "tail",
            "--storage",
            from,
            "--from",
            "1",
            "--job",
            "a",
            "--job",
            "c",
            "--type",
            "type",
            "--limit",
            "2");

    assertThat(tailed.out().lines().map(line -> line.strip().replaceFirst(" .*", "")))
        .containsExactly("3", "4");
  }

  @Test
  void says_that_a_storage_is_healthy() {
    append(from, "here");

    Result text = run("health", "--storage", from);
    Result json = run("health", "--storage", from, "--json");

    assertThat(text.exitCode()).isZero();
    assertThat(text.out()).startsWith("healthy");
    assertThat(Json.of(json.out()).tree().get("healthy").booleanValue()).isTrue();
  }

  @Test
  void says_that_a_directory_is_in_use() {
    append(to, "there");

    Result refused =
        Commands.with(
            from, open -> Mono.fromCallable(() -> run("verify", "--from", from, "--to", to)));

    assertThat(refused).isNotNull();
    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("in use");
  }

  @Test
  void tails_and_asks_after_a_directory_while_it_is_written() {
    append(from, "here");

    Commands.with(
        from,
        open ->
            Mono.fromRunnable(
                () -> {
                  assertThat(run("health", "--storage", from).exitCode()).isZero();
                  String[] tail = {
                    "events", "tail", "--storage", from, "--from", "beginning", "--limit", "1"
                  };
                  assertThat(run(tail).exitCode()).isZero();
                }));
  }

  @Test
  void makes_no_storage_of_a_mistyped_directory() {
    String nowhere = from + "-mistyped";
    append(to, "there");

    assertThat(run("health", "--storage", nowhere).exitCode()).isEqualTo(3);
    assertThat(run("migrate", "--from", nowhere, "--to", to).exitCode()).isEqualTo(3);
    assertThat(run("verify", "--from", to, "--to", nowhere).exitCode()).isEqualTo(3);
    assertThat(SamePlace.directory(nowhere)).doesNotExist();
  }

  @Test
  void takes_the_storage_from_the_environment_only_if_it_is_set() {
    assertThat(run("health").err()).contains("Missing required option", "--storage");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "migrate",
        "migrate --from file:a",
        "frobnicate",
        "events",
        "schema",
        "events tail --limit 0",
        "health --storage nothing:x",
        "migrate --from file:a --to file:b --batch-size 0",
        "events tail --storage file:target/x --from yesterday",
        "health --storage file:a --frob",
        "schema upgrade --storage file:a",
        "verify --from mysql://u:hunter2@h/d --to file:b",
        "health postgresql://u:hunter2@h/d"
      })
  void ends_with_2_and_a_line_when_it_is_asked_for_something_strange(String line) {
    Result refused = run(line.split(" "));

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).startsWith("holdfast: ").doesNotContain("\tat ", "hunter2");
    assertThat(refused.err().lines().count()).isLessThanOrEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--help",
        "migrate --help",
        "verify --help",
        "events --help",
        "events tail --help",
        "events append --help",
        "health --help",
        "schema --help",
        "schema print --help",
        "schema upgrade --help",
        "demo --help"
      })
  void explains_itself_and_its_exit_codes(String line) {
    Result help = run(line.split(" "));

    assertThat(help.exitCode()).isZero();
    assertThat(help.out()).contains("Usage: holdfast", "Exit codes:", "--verbose", "--version");
    assertThat(help.out().lines()).allMatch(text -> text.length() <= 100);
  }

  @Test
  void knows_its_version() {
    assertThat(run("--version").out()).matches("(?s)holdfast \\d+\\.\\d+.*Java .*");
  }

  @Test
  void prints_the_schema_in_order() {
    assertThat(run("schema", "print").out().lines().filter(line -> line.matches("-- V\\d{3}__.*")))
        .isSorted()
        .hasSizeGreaterThan(3);
  }

  @Test
  void shows_a_stack_trace_only_when_asked() throws IOException {
    Files.writeString(directory.resolve("from"), "a file, not a directory");

    assertThat(run("health", "--storage", from).err()).doesNotContain("\tat ");
    assertThat(run("health", "--storage", from, "--verbose").err()).contains("\tat ");
  }

  private static void append(String url, String job) {
    append(url, job, Json.EMPTY);
  }

  private static void append(String url, String job, Json data) {
    Commands.with(
        url,
        storage ->
            storage
                .events()
                .append(new JobId(job), ExpectedVersion.any(), List.of(Event.of("type", data))));
  }
}
