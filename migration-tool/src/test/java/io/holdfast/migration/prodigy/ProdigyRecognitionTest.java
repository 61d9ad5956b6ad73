package io.holdfast.migration.prodigy;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.migration.Commands.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store that nobody has said to be one of Prodigy. */
class ProdigyRecognitionTest {

  private static final String SESSION =
      """
      {"id":"a","session_type":"Workflow","status":"Running","started_at":"2025-10-01T07:00:00Z",
       "updated_at":"2025-10-01T07:30:00Z"}
      """;

  @TempDir private Path directory;
  private Tree store;
  private String to;

  @BeforeEach
  void choose_places() {
    store = new Tree(directory.resolve("50% done"));
    to = "file:" + directory.resolve("to");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resume_locks/stale.lock",
        "orphaned_worktrees/app/j.json",
        "session_state.json",
        "events/mapreduce_events.jsonl",
        "dlq/app/j/items/item.json",
        "checkpoints/cp-1.json",
        "workflows/wf-1.json",
        "events_archive/j/event.jsonl"
      })
  void is_recognised_by_what_is_in_it(String beside) {
    store.write("sessions/a.json", SESSION);
    store.write(beside, "");

    assertThat(ProdigyUrl.seemsToBe(store.root())).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"file:", ""})
  void is_read_without_being_named(String scheme) {
    store.write("sessions/a.json", SESSION);
    store.write("state/app/mappings/a.json", "{}");

    Import migrated = Import.of(scheme + store.root(), to, directory);
    Result verified = run("verify", "--from", scheme + store.root(), "--to", to);

    assertThat(migrated.found()).containsEntry("sessions imported", 1L);
    assertThat(migrated.report().get("from").stringValue())
        .isEqualTo("prodigy:" + directory + "/50%25 done");
    assertThat(verified.exitCode()).isZero();
  }

  @Test
  void has_its_parameters_still() {
    Tree project = new Tree(directory.resolve("app"));
    project.write(".prodigy/session_state.json", SESSION.replace("\"a\"", "\"b\""));
    store.write("sessions/a.json", SESSION);
    store.write("resume_locks/stale.lock", "");

    Import migrated =
        Import.of("file:" + store.root() + "?project=" + project.root(), to, directory);

    assertThat(migrated.found()).containsEntry("sessions imported", 2L);
  }

  @Test
  void is_not_what_only_one_thing_speaks_for() {
    store.write("events/a.txt", "");

    Result refused = run("migrate", "--from", "file:" + store.root(), "--to", to);

    assertThat(refused.exitCode()).isEqualTo(3);
    assertThat(refused.err()).contains("There is no storage at").doesNotContain("looks like");
  }

  @Test
  void is_not_a_storage_of_ours() {
    store.write("sessions/a.json", SESSION);
    store.write("events/a.txt", "");
    store.write("holdfast.json", "{}");

    assertThat(ProdigyUrl.seemsToBe(store.root())).isFalse();
  }
}
