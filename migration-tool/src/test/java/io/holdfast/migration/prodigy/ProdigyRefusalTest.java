package io.holdfast.migration.prodigy;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.migration.Commands.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not read, and why. */
class ProdigyRefusalTest {

  @TempDir private Path directory;
  private Tree store;
  private String from;
  private String to;

  @BeforeEach
  void write_a_store() {
    store = new Tree(directory.resolve("prodigy"));
    store.write(
        "events/app/j/events-1.jsonl",
        Samples.event("o-1", "2025-10-01T00:00:00Z", Samples.agent("j", "job_started", "")));
    from = "prodigy:" + store.root();
    to = "file:" + directory.resolve("to");
  }

  @Test
  void a_store_in_use() {
    long alive = ProcessHandle.current().pid();
    store.write("resume_locks/j.lock", Samples.lock("j", alive, StoreLocks.hostname()));

    Result refused = run("migrate", "--from", from, "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err())
        .contains("in use", "job j", "process " + alive, StoreLocks.hostname(), "2199-01-01");
    assertThat(directory.resolve("to")).doesNotExist();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".example.org"})
  void a_store_in_use_by_a_host_with_another_domain(String domain) {
    String host = StoreLocks.hostname().replaceFirst("\\..*", "") + domain;
    store.write("resume_locks/j.lock", Samples.lock("j", ProcessHandle.current().pid(), host));

    Result refused = run("migrate", "--from", from, "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("in use");
  }

  @Test
  void a_store_in_use_by_a_process_that_does_not_know_its_host() {
    String lock = Samples.lock("j", ProcessHandle.current().pid(), "gone");
    store.write("resume_locks/j.lock", lock.replace("\"hostname\":\"gone\",", ""));

    Result refused = run("migrate", "--from", from, "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("in use", "on this machine");
  }

  @ParameterizedTest
  @CsvSource({
    "build, build, true",
    "build, BUILD.example.org, true",
    "build.local, build, true",
    "unknown, build, true",
    "'', build, true",
    "other, '', true",
    "other, build, false",
    "build-2, build, false"
  })
  void by_whoever_may_be_on_this_machine(String host, String here, boolean may) {
    assertThat(StoreLocks.mayBeThis(host, here)).isEqualTo(may);
  }

  @Test
  void not_because_of_a_process_that_has_only_got_the_number() {
    String lock = Samples.lock("j", ProcessHandle.current().pid(), StoreLocks.hostname());
    store.write("resume_locks/j.lock", lock.replace("2199-01-01", "2001-01-01"));

    Import migrated = Import.of(from, to, directory);

    assertThat(migrated.found()).containsEntry("files skipped stale-lock", 1L);
  }

  @Test
  void a_directory_that_is_not_there() {
    Result refused = run("migrate", "--from", from + "-mistyped", "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("no Prodigy store at", "-mistyped");
  }

  @Test
  void a_project_that_is_not_there() {
    Result refused =
        run("migrate", "--from", from + "?project=" + directory + "/mistyped", "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("no project at", "mistyped");
  }

  @Test
  void a_directory_without_anything_of_prodigy() {
    Tree other = new Tree(directory.resolve("other"));
    other.write("a.txt", "a");

    Result refused = run("migrate", "--from", "prodigy:" + other.root(), "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("no Prodigy store at");
  }

  @Test
  void a_target_inside_the_store() throws IOException {
    Result refused = run("migrate", "--from", from, "--to", "file:" + store.root() + "/new");
    Result lines =
        run("migrate", "--from", from, "--to", to, "--skipped", store.root() + "/lines.jsonl");
    Result report =
        run("migrate", "--from", from, "--to", to, "--report", store.root() + "/report.json");

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("--to lies in the Prodigy store");
    assertThat(lines.exitCode()).isEqualTo(2);
    assertThat(lines.err()).contains("--skipped lies in the Prodigy store");
    assertThat(report.exitCode()).isEqualTo(2);
    assertThat(report.err()).contains("--report lies in the Prodigy store");
    try (Stream<Path> inside = Files.list(store.root())) {
      assertThat(inside).hasSize(1);
    }
  }

  @Test
  void to_write_to_a_store_of_prodigy() {
    Result refused = run("migrate", "--from", "file:" + directory, "--to", from);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("only read");
  }

  @Test
  void a_parameter_that_is_not_known() {
    Result refused = run("migrate", "--from", from + "?environment=some", "--to", to);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("unknown parameter: environment=some");
  }

  @Test
  void a_store_of_prodigy_as_a_directory_of_ours_but_says_how() {
    store.write("sessions/a.json", "{}");

    Result refused = run("health", "--storage", "file:" + store.root());

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("looks like a store of Prodigy", "migrate --from " + from);
  }

  @Test
  void a_directory_of_ours_as_a_store_of_prodigy_but_says_how() {
    store.write("holdfast.json", "{}");

    Result refused = run("verify", "--from", from, "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("file:" + store.root() + " reads it");
  }
}
