package io.holdfast.migration.prodigy;

import static io.holdfast.migration.Commands.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.holdfast.Json;
import io.holdfast.StorageTime;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.Commands.Result;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The store of today, with every trap in it. */
class ProdigyStoreTest {

  @TempDir private Path directory;
  private Path store;
  private String from;
  private String to;

  @BeforeEach
  void write_a_store() throws IOException {
    store = directory.resolve("prodigy");
    Path project = directory.resolve("project");
    LayoutB.write(new Tree(store), new Tree(project));
    from = "prodigy:" + store + "?project=" + project;
    to = "file:" + directory.resolve("to");
  }

  @Test
  void says_what_became_of_everything() {
    Import migrated = Import.of(from, to, directory);

    assertThat(migrated.found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                entry("sessions imported", 2L),
                entry("sessions rejected cut-off", 1L),
                entry("sessions rejected too-deep", 1L),
                entry("sessions normalised time-cut", 1L),
                entry("sessions normalised time-assumed", 1L),
                entry("sessions normalised progress-capped", 1L),
                entry("sessions normalised environment-dropped", 1L),
                entry("checkpoints imported", 18L),
                entry("checkpoints merged duplicate", 1L),
                entry("checkpoints rejected cut-off", 1L),
                entry("checkpoints rejected too-large", 1L),
                entry("checkpoints normalised environment-dropped", 6L),
                entry("checkpoints normalised nul-replaced", 1L),
                entry("checkpoints normalised version-shifted", 2L),
                entry("checkpoints normalised without-session", 2L),
                entry("dead-letters imported", 4L),
                entry("dead-letters merged duplicate", 1L),
                entry("dead-letters skipped older-copy", 1L),
                entry("dead-letters normalised history-missing", 1L),
                entry("events imported", 13L),
                entry("events merged duplicate", 1L),
                entry("events rejected unrecognised", 1L),
                entry("events rejected not-json", 1L),
                entry("events rejected missing-timestamp", 1L),
                entry("events rejected cut-off", 1L),
                entry("events normalised time-cut", 2L),
                entry("events normalised duration-form", 1L),
                entry("events normalised event-type", 1L),
                entry("events normalised job-from-directory", 1L),
                entry("events normalised job-unknown", 1L),
                entry("events normalised id-missing", 1L),
                entry("events normalised same-id", 1L),
                entry("events normalised environment-dropped", 1L),
                entry("mappings merged into-session", 1L),
                entry("mappings merged duplicate", 1L),
                entry("worktrees merged into-session", 1L),
                entry("files skipped corrupted-copy", 1L),
                entry("files skipped temporary", 1L),
                entry("files skipped index", 3L),
                entry("files skipped stale-lock", 1L),
                entry("files skipped lock-of-another-host", 1L),
                entry("files skipped lock", 1L),
                entry("files skipped not-storage", 2L),
                entry("files skipped symbolic-link", 1L),
                entry("files skipped unrecognised", 2L)));
    migrated.requireConsistent();
    assertThat(migrated.result().out())
        .containsPattern("all +65 +37 +6 +14 +8")
        .containsPattern("events +rejected +cut-off +1");
  }

  @Test
  void names_the_file_and_the_line_of_what_it_leaves_out() {
    Import migrated = Import.of(from, to, directory);

    String job = "events/app/mapreduce-1/events-20251001_080000.jsonl";
    assertThat(migrated.skipped())
        .filteredOn(line -> line.get("action").stringValue().equals("rejected"))
        .extracting(line -> line.get("file").stringValue() + ":" + line.path("line").asInt(0))
        .contains(job + ":6", job + ":7", job + ":9", job + ":11", "sessions/session-3.json:0");
    JsonNode torn =
        migrated.skipped().stream()
            .filter(line -> line.path("line").asInt(0) == 11)
            .findFirst()
            .orElseThrow();
    assertThat(content(job).substring(torn.get("offset").intValue()))
        .startsWith("{\"id\":\"e-10\"");
  }

  @Test
  void takes_nothing_of_the_process_environment_along() {
    Import migrated = Import.of(from, to, directory);

    List<String> records = Import.all(to);
    assertThat(records).hasSize(37);
    assertThat(records).noneMatch(record -> record.contains(Samples.SECRET));
    assertThat(records).anyMatch(record -> record.contains("{\\\"kept\\\":1}"));
    assertThat(migrated.skipped().toString()).doesNotContain(Samples.SECRET);
    assertThat(files(directory.resolve("to")))
        .allSatisfy((name, bytes) -> assertThat(bytes).as(name).doesNotContain(Samples.SECRET));
  }

  @Test
  void keeps_the_process_environment_when_it_is_asked_to() {
    Import migrated = Import.of(from + "&environment=keep", to, directory);

    assertThat(Import.all(to)).filteredOn(record -> record.contains(Samples.SECRET)).hasSize(8);
    assertThat(migrated.found()).doesNotContainKey("events normalised environment-dropped");
  }

  @Test
  void orders_events_by_time_and_numbers_them_by_job() {
    Import migrated = Import.of(from, to, directory);

    assertThat(migrated.report().get("identical").booleanValue()).isTrue();
    assertThat(Import.records(to, RecordedEvent.KIND))
        .extracting(
            event ->
                "%s %s %s@%d %s"
                    .formatted(
                        event.position(),
                        event.event().origin().id(),
                        event.job(),
                        event.version(),
                        event.type()))
        .containsExactly(
            "1 z-1 mapreduce-0@1 job_completed",
            "2 l-1 mapreduce-0@2 dlq_item_added",
            "3 z-2 unknown@1 claude_message",
            "4 e-1 mapreduce-1@1 job_started",
            "5 e-2 mapreduce-1@2 agent_started",
            "6 s-1 session-2@1 checkpoint_created",
            "7 e-3 mapreduce-1@3 agent_completed",
            "8 e-4 mapreduce-1@4 agent_completed",
            "9 e-5 mapreduce-1@5 dlq_item_added",
            "10 e-6 mapreduce-1@6 claude_message",
            "11 null mapreduce-1@7 agent_failed",
            "12 e-2 mapreduce-1@8 agent_progress",
            "13 r-1 mapreduce-1@9 job_resumed");
  }

  @Test
  void keeps_what_it_changes_in_an_event() {
    Import.of(from, to, directory);

    List<RecordedEvent> events = Import.records(to, RecordedEvent.KIND);
    RecordedEvent started = events.get(3);
    assertThat(StorageTime.format(started.createdAt())).isEqualTo("2025-10-01T08:00:01.123456Z");
    assertThat(started.event().origin().correlationId()).isEqualTo("corr-1");
    assertThat(started.event().origin().agentId()).isEqualTo("agent-1");
    assertThat(started.data())
        .isEqualTo(
            Json.of(
                """
                {"n":1,"agent_id":"agent-1","_metadata":{"host":"localhost","pid":123,
                 "original_timestamp":"2025-10-01T08:00:01.123456789Z"}}"""));
    assertThat(events.get(6).data().tree().get("duration"))
        .isEqualTo(Json.of("{\"secs\":12,\"nanos\":500000000}").tree());
    assertThat(events.get(8).data().tree().at("/_metadata/original_event_type").stringValue())
        .isEqualTo("d_l_q_item_added");
  }

  @Test
  void makes_sessions_of_sessions() {
    Import.of(from, to, directory);

    List<Session> sessions = Import.records(to, Session.KIND);
    Session job = sessions.get(0);
    assertThat(job.state()).isEqualTo(SessionState.PAUSED);
    assertThat(job.details().type()).isEqualTo("MapReduce");
    assertThat(job.details().repository()).isEqualTo("app");
    assertThat(job.details().progress()).isEqualTo(new Progress(4, 10));
    assertThat(job.timing().finishedAt()).isNull();
    JsonNode data = job.details().data().tree();
    assertThat(data.get("started_at").stringValue()).isEqualTo("2025-10-01T08:00:00.123456789Z");
    assertThat(data.at("/timings/map/secs").intValue()).isEqualTo(12);
    assertThat(data.at("/_prodigy/mappings")).hasSize(1);
    assertThat(data.at("/_prodigy/orphaned_worktrees/0/0/item_id").stringValue())
        .isEqualTo("item_1");
    Session workflow = sessions.get(1);
    assertThat(workflow.state()).isEqualTo(SessionState.COMPLETED);
    assertThat(workflow.timing().finishedAt()).isEqualTo("2025-10-01T07:30:00Z");
    assertThat(workflow.details().worktree()).isEqualTo("wt-2");
    assertThat(workflow.details().progress()).isEqualTo(new Progress(3, 3));
  }

  @Test
  void numbers_checkpoints_by_name_or_by_time() {
    Import.of(from, to, directory);

    assertThat(Import.records(to, Checkpoint.KIND))
        .extracting(saved -> saved.workflow() + "@" + saved.version() + " " + saved.createdAt())
        .containsExactly(
            "global@1 2025-10-01T07:40:00Z",
            "local@1 2025-10-01T07:50:00Z",
            "mapreduce-0@1 2025-09-01T08:00:00Z",
            "mapreduce-0@2 2025-09-01T08:01:00Z",
            "mapreduce-1@8 2025-10-01T08:02:00Z",
            "mapreduce-1@9 2025-10-01T08:03:00Z",
            "mapreduce-1@10 2025-10-01T08:04:00Z",
            "mapreduce-1/checkpoint@1 2025-10-01T08:01:00Z",
            "mapreduce-1/checkpoint@2 2025-10-01T08:02:00Z",
            "mapreduce-1/checkpoint@3 2025-10-01T08:03:00Z",
            "mapreduce-1/checkpoint@4 2025-10-01T08:04:00Z",
            "mapreduce-1/checkpoint@5 2025-10-01T08:05:00Z",
            "mapreduce-1/reduce@1 2025-10-01T08:09:00.500Z",
            "mapreduce-9/orphaned_worktrees@1 2025-10-01T08:07:00Z",
            "mapreduce-9/session-job-mapping@1 2025-10-01T09:00:00Z",
            "session-2@1 2025-10-01T07:10:00Z",
            "session-2@2 2025-10-01T07:20:00Z",
            "session-2@3 2025-10-01T07:25:00Z");
  }

  @Test
  void keeps_the_whole_history_of_a_dead_letter() {
    Import.of(from, to, directory);

    List<DeadLetter> letters = Import.records(to, DeadLetter.KIND);
    assertThat(letters)
        .extracting(letter -> letter.key().toString())
        .containsExactly(
            "mapreduce-1/item_1", "mapreduce-1/item_2", "mapreduce-1/item_3", "mapreduce-1/item_4");
    DeadLetter first = letters.get(0);
    assertThat(first.data()).isEqualTo(Json.of("{\"file\":\"a.rs\"}"));
    assertThat(first.state().eligible()).isFalse();
    assertThat(first.updatedAt()).isEqualTo("2025-10-01T08:03:00Z");
    assertThat(first.failures())
        .extracting(failure -> failure.attempt() + " " + failure.errorType())
        .containsExactly("1 CommandFailed", "2 Timeout");
    assertThat(first.failures().get(0).details().tree().at("/error_type/CommandFailed/exit_code"))
        .hasToString("1");
    JsonNode rest = first.lastFailure().details().tree().get("_prodigy");
    assertThat(rest.get("error_signature").stringValue()).isEqualTo("Timeout::agent timed out");
    assertThat(rest.get("manual_review_required").booleanValue()).isTrue();
    assertThat(rest.at("/worktree_artifacts/branch_name").stringValue()).isEqualTo("b");
    assertThat(letters.get(3).state().eligible()).isTrue();
  }

  @Test
  void writes_nothing_the_second_time() {
    Import.of(from, to, directory);
    Map<String, String> before = files(directory.resolve("to"));

    Import again = Import.of(from, to, directory);

    assertThat(again.report().get("written").longValue()).isZero();
    assertThat(files(directory.resolve("to")).keySet()).isEqualTo(before.keySet());
  }

  @Test
  void adds_what_has_happened_since() {
    Import.of(from, to, directory);
    new Tree(store)
        .write(
            "events/app/mapreduce-5/events-20251002_080000.jsonl",
            Samples.event(
                "n-1", "2025-10-02T08:00:00Z", Samples.agent("mapreduce-5", "job_started", "")));

    Import again = Import.of(from, to, directory);

    assertThat(again.report().get("written").longValue()).isEqualTo(1);
  }

  @Test
  void does_not_write_to_the_store() {
    Map<String, String> before = files(directory.resolve("prodigy"));

    Import.of(from, to, directory);

    assertThat(files(directory.resolve("prodigy"))).isEqualTo(before);
  }

  @Test
  void finds_what_was_changed_since() throws IOException {
    Import.of(from, to, directory);
    Path session = store.resolve("sessions/session-2.json");
    Files.writeString(session, Files.readString(session).replace("wt-2", "wt-3"));

    Result verified = run("verify", "--from", from, "--to", to);

    assertThat(verified.exitCode()).isEqualTo(1);
    assertThat(verified.out()).contains("Differences: 1", "session-2  different at", "rejected");
  }

  @Test
  void writes_nothing_into_a_storage_with_other_events() {
    Import.of(from, to, directory);
    Path other = directory.resolve("other");
    new Tree(other)
        .write(
            "events/app/j/events-1.jsonl",
            Samples.event("o-1", "2025-10-01T00:00:00Z", Samples.agent("j", "job_started", "")));

    Result refused = run("migrate", "--from", "prodigy:" + other, "--to", to);

    assertThat(refused.exitCode()).isEqualTo(2);
    assertThat(refused.err()).contains("other events", "Nothing was written");
  }

  private String content(String file) {
    try {
      return Files.readString(store.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All files, and what they hold, a character a byte. */
  private static Map<String, String> files(Path directory) {
    try (Stream<Path> found = Files.walk(directory)) {
      Map<String, String> files = new TreeMap<>();
      for (Path file : found.filter(Files::isRegularFile).toList()) {
        files.put(
            file.toString(), new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
