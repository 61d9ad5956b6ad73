package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** {@code holdfast checkpoints}, on files. */
class CheckpointsCommandTest {

  private static final WorkflowId NIGHTLY = new WorkflowId("nightly-7");

  @TempDir private Path directory;
  private String storage;

  /** Four versions of a large state, the second of them final, and another workflow. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    Commands.with(
        storage,
        opened ->
            Flux.range(0, 4)
                .concatMap(n -> opened.checkpoints().append(NIGHTLY, n, content(n)))
                .then(opened.checkpoints().append(new WorkflowId("other"), 0, content(0))));
  }

  private static CheckpointContent content(int n) {
    return new CheckpointContent(
        Json.of("{\"n\":" + n + ",\"text\":\"" + "x".repeat(20_000) + "\"}"),
        Json.of("{\"final\":" + (n == 1) + "}"));
  }

  private Result checkpoints(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "checkpoints";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  @CanIgnoreReturnValue
  private String succeed(String... args) {
    Result result = checkpoints(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private void requireRefused(int exitCode, String why, String... args) {
    Result result = checkpoints(args);
    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(exitCode);
    assertThat(result.err()).contains(why);
  }

  @Test
  void lists_workflows_and_versions() {
    assertThat(succeed("list").lines().skip(1).toList())
        .satisfiesExactly(
            line -> assertThat(line).matches("nightly-7 +4 +2\\S+Z +20,017 +\\{\"final\":false}"),
            line -> assertThat(line).startsWith("other"));
    assertThat(succeed("list", "--after", "nightly-7", "--json").lines()).hasSize(1);
    assertThat(succeed("list", "nightly-7", "--limit", "3").lines()).hasSize(4);
    JsonNode newest =
        Json.of(succeed("list", "nightly-7", "--limit", "1", "--json").strip()).tree();
    assertThat(newest.get("version").intValue()).isEqualTo(4);
    assertThat(newest.at("/metadata/final").booleanValue()).isFalse();
    assertThat(newest.get("sha256").stringValue()).hasSize(64);
    requireRefused(2, "--after", "list", "nightly-7", "--after", "a");
    requireRefused(2, "limit", "list", "--limit", "0");
    requireRefused(1, "unknown", "list", "unknown");
  }

  @Test
  void lists_versions_within_a_time_and_below_one() {
    assertThat(succeed("list", "nightly-7", "--below", "3", "--json").lines())
        .satisfiesExactly(
            line -> assertThat(line).contains("\"version\":2"),
            line -> assertThat(line).contains("\"version\":1"));
    assertThat(succeed("list", "nightly-7", "--since", "2020-01-01").lines()).hasSize(5);
    assertThat(succeed("list", "nightly-7", "--until", "2020-01-01").lines())
        .as("known, but none of then")
        .hasSize(1);
    requireRefused(2, "--below", "list", "--below", "3");
    requireRefused(2, "--since", "list", "--since", "2020-01-01");
    requireRefused(2, "version", "list", "nightly-7", "--below", "0");
  }

  @Test
  void shows_one() {
    assertThat(succeed("show", "nightly-7"))
        .contains("version    4", "state      20,017 bytes", "the largest parts are /text");
    JsonNode second = Json.of(succeed("show", "nightly-7", "--at", "2", "--json").strip()).tree();
    assertThat(second.at("/state/n").intValue()).isEqualTo(1);
    assertThat(second.get("skipped")).isEmpty();
    requireRefused(1, "nightly-7@9", "show", "nightly-7", "--at", "9");
    requireRefused(1, "unknown", "show", "unknown");
    requireRefused(2, "--at", "show", "nightly-7", "--at", "2", "--intact");
  }

  @Test
  void shows_the_newest_intact_one_and_says_what_is_damaged() throws IOException {
    Path newest = directory.resolve("store/checkpoints/nightly-7/000000000004.json");
    byte[] bytes = Files.readAllBytes(newest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(newest, bytes);

    requireRefused(1, "is damaged", "show", "nightly-7");
    assertThat(succeed("show", "nightly-7", "--intact"))
        .contains("version    3", "skipped    ", "000000000004.json");
  }

  @Test
  void exports_and_imports() throws IOException {
    Path file = directory.resolve("nightly.jsonl.zst");
    assertThat(succeed("export", "nightly-7", file.toString()))
        .isEqualToIgnoringNewLines("nightly-7: exported 4 checkpoints");
    requireRefused(2, "it is there already", "export", "nightly-7", file.toString());
    assertThat(succeed("import", file.toString(), "--as", "copy", "--json"))
        .contains("\"checkpoints\":4");
    assertThat(succeed("list", "copy").lines()).hasSize(5);
    assertThat(succeed("import", file.toString(), "--as", "copy")).contains("imported 0");
    requireRefused(1, "expected none but", "import", file.toString(), "--as", "other");

    Path one = directory.resolve("one.jsonl.zst");
    assertThat(succeed("export", "nightly-7", one.toString(), "--at", "2"))
        .contains("exported 1 checkpoint");
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length / 2] ^= 1;
    Files.write(file, bytes);
    requireRefused(1, "damaged", "import", file.toString(), "--as", "never");
    requireRefused(2, "it is not there", "import", directory.resolve("no").toString());
    requireRefused(1, "unknown", "export", "unknown", directory.resolve("u").toString());
    assertThat(directory)
        .as("nothing half done is left")
        .isDirectoryNotContaining("glob:**.unfinished")
        .isDirectoryNotContaining("glob:**/u");
    requireRefused(1, "never", "list", "never");
  }

  @Test
  void prunes_only_when_told_to() {
    requireRefused(2, "--yes", "prune", "nightly-7", "--keep-last", "1");
    requireRefused(2, "--dry-run", "prune", "nightly-7", "--keep-last", "1", "--yes", "--dry-run");
    requireRefused(2, "keep last", "prune", "nightly-7", "--keep-last", "0", "--yes");
    requireRefused(
        2, "age", "prune", "nightly-7", "--keep-last", "1", "--older-than", "x", "--yes");
    requireRefused(2, "JSON", "prune", "nightly-7", "--keep-last", "1", "--keep", "{", "--yes");

    String[] rules = {"prune", "nightly-7", "--keep-last", "1", "--keep", "{\"final\":true}"};
    assertThat(succeed(with(rules, "--dry-run")))
        .startsWith("Would be deleted: 2")
        .containsPattern("nightly-7 +3 ")
        .containsPattern("nightly-7 +1 ");
    assertThat(succeed(with(rules, "--dry-run", "--json")).lines()).hasSize(2);
    assertThat(succeed(with(rules, "--older-than", "7d", "--yes"))).contains("deleted 0");
    assertThat(succeed(with(rules, "--yes"))).contains("deleted 2 checkpoints");
    assertThat(succeed("list", "nightly-7", "--json").lines()).hasSize(2);
  }

  @Test
  void does_not_prune_what_it_does_not_know() {
    requireRefused(1, "unknown", "prune", "unknown", "--keep-last", "1", "--dry-run");
    requireRefused(1, "unknown", "prune", "unknown", "--keep-last", "1", "--yes");
    requireRefused(1, "unknown", "show", "unknown");
  }

  @Test
  void prunes_all_workflows() {
    requireRefused(2, "--all-workflows", "prune", "--keep-last", "1", "--yes");
    requireRefused(
        2, "--all-workflows", "prune", "a", "--all-workflows", "--keep-last", "1", "--yes");
    requireRefused(2, "--keep-newest", "prune", "--all-workflows", "--yes");
    String[] last = {"prune", "--all-workflows", "--keep-last", "2"};

    assertThat(succeed(with(last, "--dry-run")))
        .startsWith("Would be deleted: 2")
        .containsPattern("nightly-7 +2 ")
        .containsPattern("nightly-7 +1 ");
    assertThat(succeed(with(last, "--older-than", "7d", "--yes"))).contains("deleted 0");
    assertThat(succeed(with(last, "--yes")))
        .isEqualToIgnoringNewLines("all workflows: deleted 2 checkpoints");
    assertThat(succeed("list", "nightly-7", "--json").lines()).hasSize(2);
  }

  @Test
  void keeps_the_newest_of_all() {
    requireRefused(2, "--all-workflows", "prune", "nightly-7", "--keep-newest", "1", "--yes");
    requireRefused(2, "to keep", "prune", "--all-workflows", "--keep-newest", "0", "--yes");
    String[] newest = {"prune", "--all-workflows", "--keep-newest", "2"};
    requireRefused(2, "--older-than", with(newest, "--older-than", "7d", "--yes"));
    requireRefused(2, "--keep-last", with(newest, "--keep-last", "1", "--yes"));

    assertThat(succeed(with(newest, "--dry-run", "--json")).lines()).hasSize(3);
    assertThat(succeed(with(newest, "--yes", "--json"))).contains("\"checkpoints\":3");
    assertThat(succeed("list", "--json").lines()).hasSize(2);
    assertThat(succeed("list", "nightly-7", "--json")).contains("\"version\":4");
  }

  private static String[] with(String[] args, String... more) {
    String[] all = java.util.Arrays.copyOf(args, args.length + more.length);
    System.arraycopy(more, 0, all, args.length, more.length);
    return all;
  }
}
