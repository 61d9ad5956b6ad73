package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.migration.Commands;
import io.holdfast.migration.Commands.Result;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowDetails;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import reactor.core.publisher.Flux;
import tools.jackson.databind.JsonNode;

/** {@code holdfast workflows}, on files. */
class WorkflowsCommandTest {

  private static final WorkflowId NIGHTLY = new WorkflowId("nightly");
  private static final Json CONTENT = Json.of("{\"steps\":[\"build\",\"test\"]}");

  @TempDir private Path directory;
  private String storage;

  /** One that ran three times, the second in vain, and one that never did. */
  @BeforeEach
  void fill() {
    storage = "file:" + directory.resolve("store");
    WorkflowDetails details =
        new WorkflowDetails("Nightly build", "Ada", "all of it", Set.of("ci", "a"), CONTENT);
    Commands.with(
        storage,
        opened ->
            opened
                .workflows()
                .create(NIGHTLY, details)
                .thenMany(Flux.range(1, 3))
                .concatMap(
                    n ->
                        opened
                            .workflows()
                            .start(
                                NIGHTLY, new ExecutionId("run-" + n), Json.of("{\"n\":" + n + "}")))
                .then(
                    opened
                        .workflows()
                        .finish(NIGHTLY, new ExecutionId("run-2"), ExecutionStatus.FAILED, CONTENT))
                .then(
                    opened
                        .workflows()
                        .create(new WorkflowId("other"), WorkflowDetails.of("Other", CONTENT))));
  }

  private Result workflows(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "workflows";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  @CanIgnoreReturnValue
  private String succeed(String... args) {
    Result result = workflows(args);
    assertThat(result.exitCode()).as(result.err()).isZero();
    return result.out();
  }

  private void requireRefused(int exitCode, String why, String... args) {
    Result result = workflows(args);
    assertThat(result.exitCode()).as(result.out() + result.err()).isEqualTo(exitCode);
    assertThat(result.err()).contains(why);
  }

  @Test
  void lists_with_the_number_of_executions_and_the_last_one() {
    assertThat(succeed("list").lines().skip(1).toList())
        .satisfiesExactly(
            line -> assertThat(line).matches("nightly +1 +3 +2\\S+Z +RUNNING +Ada +Nightly build"),
            line -> assertThat(line).matches("other +1 +0 +- +- +- +Other"));
    assertThat(succeed("list", "--json", "--limit", "1").lines()).hasSize(1);
    JsonNode nightly = Json.of(succeed("list", "--tag", "ci", "--json").strip()).tree();
    assertThat(nightly.get("executions").intValue()).isEqualTo(3);
    assertThat(nightly.at("/last/id").stringValue()).isEqualTo("run-3");
    assertThat(nightly.get("tags")).hasSize(2);
  }

  @Test
  void lists_what_matches() {
    assertThat(succeed("list", "--name", "ightl").lines()).hasSize(2);
    assertThat(succeed("list", "--name", "IGHTL").lines()).hasSize(1);
    assertThat(succeed("list", "--author", "Ada").lines()).hasSize(2);
    assertThat(succeed("list", "--after", "nightly").lines()).hasSize(2);
    assertThat(succeed("list", "--since", "2020-01-01").lines()).hasSize(3);
    assertThat(succeed("list", "--until", "2020-01-01").lines()).hasSize(1);
    requireRefused(2, "limit", "list", "--limit", "0");
    requireRefused(2, "--since", "list", "--since", "yesterday");
  }

  @Test
  void shows_one_with_its_executions() {
    assertThat(succeed("show", "nightly"))
        .contains("name        Nightly build", "tags        a, ci", "executions  3")
        .containsPattern("run-3 +RUNNING +2\\S+Z +- +\\{\"n\":3}")
        .containsPattern("run-2 +FAILED +2\\S+Z +2\\S+Z");
    JsonNode failed =
        Json.of(succeed("show", "nightly", "--status", "FAILED", "--json").strip()).tree();
    assertThat(failed.get("history")).hasSize(1);
    assertThat(failed.at("/history/0/status").stringValue()).isEqualTo("FAILED");
    assertThat(failed.at("/content/steps")).hasSize(2);
    assertThat(succeed("show", "nightly", "--limit", "2").lines())
        .filteredOn(line -> line.startsWith("run-"))
        .hasSize(2);
    assertThat(succeed("show", "nightly", "--until", "2020-01-01")).doesNotContain("run-");
    requireRefused(1, "unknown", "show", "unknown");
    requireRefused(2, "--status", "show", "nightly", "--status", "LOST");
  }

  @Test
  void prunes_executions_and_still_counts_them() {
    requireRefused(2, "--yes", "prune", "nightly", "--keep-last", "1");
    requireRefused(2, "--keep-last", "prune", "nightly", "--yes");
    requireRefused(2, "keep last", "prune", "nightly", "--keep-last", "0", "--yes");
    requireRefused(2, "age", "prune", "nightly", "--keep-last", "1", "--older-than", "x", "--yes");
    requireRefused(1, "unknown", "prune", "unknown", "--keep-last", "1", "--yes");
    requireRefused(1, "unknown", "prune", "unknown", "--keep-last", "1", "--dry-run");

    assertThat(succeed("prune", "nightly", "--keep-last", "1", "--dry-run"))
        .startsWith("Would be deleted: 1")
        .containsPattern("run-2 +FAILED");
    assertThat(succeed("prune", "nightly", "--keep-last", "1", "--dry-run", "--json").lines())
        .hasSize(1);
    assertThat(succeed("prune", "nightly", "--keep-last", "1", "--older-than", "7d", "--yes"))
        .contains("deleted 0 executions");
    assertThat(succeed("prune", "nightly", "--keep-last", "1", "--yes"))
        .isEqualToIgnoringNewLines("nightly: deleted 1 execution");
    assertThat(succeed("show", "nightly"))
        .contains("executions  3")
        .containsPattern("run-3 +RUNNING")
        .doesNotContain("run-2");
    assertThat(succeed("prune", "nightly", "--keep-last", "1", "--yes", "--json"))
        .contains("\"executions\":0");
  }
}
