package io.holdfast.migration.command;

import static io.holdfast.migration.Commands.run;
import static io.holdfast.migration.Commands.runWithInput;
import static io.holdfast.migration.Commands.succeed;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.migration.Commands.Result;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code holdfast partitions}, on files. */
class PartitionsCommandTest {

  @TempDir private Path directory;
  private String storage;

  @BeforeEach
  void fill_three_months() {
    storage = "file:" + directory.resolve("store");
    String lines =
        IntStream.range(0, 9)
            .mapToObj(
                n ->
                    "{\"job\":\"j\",\"type\":\"t\",\"createdAt\":\"2024-0%d-07T00:00:00Z\"}"
                        .formatted(1 + n % 3))
            .collect(Collectors.joining("\n", "", "\n"));
    assertThat(runWithInput(lines, "events", "append", "--storage", storage).exitCode()).isZero();
  }

  private Result partitions(String... args) {
    String[] all = new String[args.length + 3];
    all[0] = "partitions";
    System.arraycopy(args, 0, all, 1, args.length);
    all[args.length + 1] = "--storage";
    all[args.length + 2] = storage;
    return run(all);
  }

  @Test
  void lists_months() {
    assertThat(partitions("list").out())
        .contains("month    state", "2024-01  live", "2024-02  live", "2024-03  live");
    String first = partitions("list", "--json").out().lines().findFirst().orElseThrow();
    assertThat(Json.of(first).tree().get("events").longValue()).isEqualTo(3);
    assertThat(Json.of(first).tree().get("last").stringValue()).isEqualTo("7");
  }

  @Test
  void makes_months() {
    assertThat(partitions("create", "--month", "2020-05", "--month", "2020-06").exitCode())
        .isZero();

    assertThat(partitions("list").out()).contains("2020-05", "2020-06");
  }

  @Test
  void drops_a_month_only_when_told_so() {
    assertThat(partitions("drop", "--month", "2024-01").exitCode()).isEqualTo(2);
    assertThat(partitions("drop", "--yes").exitCode()).as("which?").isEqualTo(2);
    assertThat(partitions("drop", "--month", "2024-01", "--dry-run").out())
        .startsWith("Would be dropped:");
    assertThat(partitions("list").out()).contains("2024-01");

    Result dropped = partitions("drop", "--month", "2024-01", "--yes");

    assertThat(dropped.exitCode()).as(dropped.err()).isZero();
    assertThat(dropped.out()).startsWith("Dropped:").contains("2024-01");
    assertThat(partitions("list").out()).doesNotContain("2024-01").contains("2024-02");
    assertThat(partitions("drop", "--month", "2024-01", "--yes").err())
        .contains("Month 2024-01 does not exist");
  }

  @Test
  void says_what_was_done_before_a_month_was_refused() {
    Result dropped = partitions("drop", "--month", "2024-01", "--month", "2019-01", "--yes");

    assertThat(dropped.exitCode()).isEqualTo(1);
    assertThat(dropped.out()).startsWith("Dropped:").contains("2024-01  live");
    assertThat(dropped.err()).contains("Month 2019-01 does not exist");

    Result archived =
        partitions("archive", "--month", "2024-02", "--month", "2019-01", "--yes", "--json");

    assertThat(archived.exitCode()).isEqualTo(1);
    assertThat(archived.out().lines()).singleElement().asString().contains("2024-02");
    assertThat(partitions("list").out()).contains("2024-02  archived").doesNotContain("2024-01");
  }

  @Test
  void archives_a_month_in_its_place() {
    assertThat(partitions("archive", "--month", "2024-01").exitCode()).isEqualTo(2);
    assertThat(partitions("archive", "--older-than", "90d", "--dry-run").out())
        .startsWith("Would be archived:")
        .contains("2024-01", "2024-02", "2024-03");

    Result archived = partitions("archive", "--month", "2024-01", "--yes");

    assertThat(archived.exitCode()).as(archived.err()).isZero();
    assertThat(archived.out()).startsWith("Archived:").contains("2024-01  archived");
    assertThat(partitions("list").out()).contains("2024-01  archived", "2024-02  live");
    String copy = "file:" + directory.resolve("copy");
    assertThat(succeed("migrate", "--from", storage, "--to", copy).out())
        .as("archived events are migrated like all others")
        .contains("Identical: 9 records");
  }

  @Test
  void drops_what_is_old() {
    assertThat(partitions("drop", "--older-than", "9 days", "--yes").exitCode()).isEqualTo(2);
    assertThat(partitions("drop", "--older-than", "90d", "--month", "2024-01", "--yes").exitCode())
        .as("one or the other")
        .isEqualTo(2);

    assertThat(partitions("drop", "--older-than", "90d", "--yes").out())
        .contains("2024-01", "2024-02", "2024-03");

    assertThat(partitions("list").out()).contains("no months");
    succeed("health", "--storage", storage);
  }

  @Test
  void refuses_the_current_month_unless_forced() {
    assertThat(
            runWithInput(
                    "{\"job\":\"j\",\"type\":\"t\"}\n", "events", "append", "--storage", storage)
                .exitCode())
        .isZero();
    String current =
        Json.of(partitions("list", "--json").out().lines().reduce((a, b) -> b).orElseThrow())
            .tree()
            .get("month")
            .stringValue();

    Result refused = partitions("drop", "--month", current, "--yes");

    assertThat(refused.exitCode()).isEqualTo(1);
    assertThat(refused.err()).contains("Month " + current + " is not over yet, expected over");
    assertThat(partitions("drop", "--month", current, "--yes", "--force").exitCode()).isZero();
  }
}
