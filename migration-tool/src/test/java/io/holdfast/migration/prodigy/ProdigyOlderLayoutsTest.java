package io.holdfast.migration.prodigy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What Prodigy wrote before: the layout of September 2025, and the files of a project. */
class ProdigyOlderLayoutsTest {

  @TempDir private Path directory;
  private Tree store;
  private Tree project;
  private String to;

  @BeforeEach
  void choose_places() {
    store = new Tree(directory.resolve("prodigy"));
    project = new Tree(directory.resolve("app"));
    to = "file:" + directory.resolve("to");
  }

  @Test
  void reads_the_layout_of_september_2025() {
    writeLayoutA();

    Import migrated = Import.of("prodigy:" + store.root(), to, directory);

    assertThat(migrated.found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                entry("workflows imported", 1L),
                entry("sessions imported", 2L),
                entry("sessions normalised time-assumed", 1L),
                entry("checkpoints imported", 2L),
                entry("dead-letters imported", 1L),
                entry("events imported", 3L),
                entry("events normalised time-cut", 1L),
                entry("files skipped lock", 1L),
                entry("files skipped temporary", 1L)));
    migrated.requireConsistent();
  }

  @Test
  void maps_the_layout_of_september_2025() {
    writeLayoutA();
    Import.of("prodigy:" + store.root(), to, directory);

    Workflow workflow = Import.records(to, Workflow.KIND).get(0);
    assertThat(workflow.details().name()).isEqualTo("Build");
    assertThat(workflow.details().author()).isEqualTo("me");
    assertThat(workflow.details().tags()).containsExactly("ci");
    assertThat(workflow.details().content().tree().get("steps")).isEmpty();
    assertThat(workflow.details().content().tree().at("/_prodigy/version").stringValue())
        .isEqualTo("1.0.0");
    assertThat(Import.records(to, Session.KIND))
        .extracting(session -> session.id() + " " + session.state())
        .containsExactly("session-1 RUNNING", "session-2 FAILED");
    assertThat(Import.records(to, Session.KIND).get(0).details().progress().done()).isEqualTo(3);
    assertThat(Import.records(to, Checkpoint.KIND))
        .extracting(
            saved -> saved.workflow() + "@" + saved.version() + " " + saved.content().metadata())
        .containsExactly(
            "wf-1@1 {\"prodigy\":\"old-checkpoint\",\"id\":\"cp-9\"}",
            "wf-1@2 {\"prodigy\":\"old-checkpoint\",\"id\":\"cp-1\"}");
    DeadLetter letter = Import.records(to, DeadLetter.KIND).get(0);
    assertThat(letter.lastFailure().attempt()).isEqualTo(2);
    assertThat(letter.lastFailure().message()).isEqualTo("Timeout");
    assertThat(letter.data()).isEqualTo(Json.of("{\"file\":\"a.rs\"}"));
    assertThat(Import.records(to, RecordedEvent.KIND))
        .extracting(event -> event.event().origin().id() + " " + event.job() + " " + event.data())
        .containsExactly(
            "evt-0 job-0 {}",
            "evt-1 job-1 {\"success\":true,"
                + "\"_metadata\":{\"original_timestamp\":\"2025-09-18T10:00:01.123456789Z\"}}",
            "evt-2 job-1 [1]");
  }

  private void writeLayoutA() {
    store.write(
        "sessions/session-1.json",
        """
        {"id":"session-1","state":"InProgress","started_at":"2025-09-18T10:00:00Z",
         "updated_at":"2025-09-18T10:05:00Z","iterations_completed":3,"files_changed":12,
         "worktree_name":"wt-1","metadata":{"key":"value"}}
        """);
    store.write(
        "sessions/session-2.json",
        """
        {"id":"session-2","state":"Failed","started_at":"2025-09-18T10:00:00Z",
         "updated_at":"2025-09-18T10:05:00Z"}
        """);
    store.write(
        "events/job-1/event_20250918_100001_123456789.jsonl",
        """
        {"id":"evt-1","timestamp":"2025-09-18T10:00:01.123456789Z","job_id":"job-1",\
        "event_type":"agent_completed","data":{"success":true},"correlation_id":"corr-1",\
        "agent_id":"agent-1"}
        """);
    store.write(
        "events/job-1/event_20250918_100002_000000000.jsonl",
        """
        {"id":"evt-2","timestamp":"2025-09-18T10:00:02Z","job_id":"job-1","event_type":"x",\
        "data":[1]}""");
    store.write(
        "events_archive/job-0/event_20250917_100001_000000000.jsonl",
        """
        {"id":"evt-0","timestamp":"2025-09-17T10:00:01Z","job_id":"job-0","event_type":"x"}""");
    store.write("checkpoints/cp-1.json", checkpoint("cp-1", "2025-09-18T10:00:01Z"));
    store.write("checkpoints/cp-9.json", checkpoint("cp-9", "2025-09-18T10:00:00Z"));
    store.write(
        "dlq/job-1/item-1.json",
        """
        {"id":"item-1","job_id":"job-1","enqueued_at":"2025-09-18T10:00:00Z","retry_count":2,
         "last_error":"Timeout","work_item":{"file":"a.rs"},"metadata":{}}
        """);
    store.write(
        "workflows/wf-1.json",
        """
        {"id":"wf-1","name":"Build","version":"1.0.0","created_at":"2025-09-18T10:00:00Z",
         "updated_at":"2025-09-18T10:00:00Z","content":{"steps":[]},
         "metadata":{"description":null,"tags":["ci"],"author":"me","parameters":{}}}
        """);
    store.write("locks/key.lock", "6f0c2f0e-0a55-4a4e-9d0b-9f6a3e1d2c10");
    store.write(".health_check", "ok");
  }

  private static String checkpoint(String id, String time) {
    return """
        {"id":"%s","workflow_id":"wf-1","created_at":"%s","step_index":2,"completed_steps":[0,1],
         "variables":{"name":"value"},"state":{"any":"json"}}
        """
        .formatted(id, time);
  }

  @Test
  void reads_the_files_of_the_first_versions() {
    store.write(
        "sessions/oldest.json",
        """
        {"id":"oldest","config":{},"state":{"Paused":{"reason":"x"}},
         "events":[{"timestamp":"2025-01-02T00:00:00Z","event":"Started"}],
         "checkpoints":[{"created_at":"2025-01-01T00:00:00Z"}]}
        """);
    project.write(
        ".prodigy/session_state.json",
        """
        {"session_id":"cook-1","status":"Interrupted","started_at":"2025-05-01T00:00:00Z",
         "ended_at":null,"iterations_completed":2,"files_changed":1,"errors":[],
         "working_directory":"/w","worktree_name":null,"checkpoint_version":1,
         "execution_environment":{"environment_vars":{"A":"b"}},"iteration_timings":[[1,{"secs":1}]]}
        """);
    project.write(
        ".prodigy/session_cook-2.json",
        """
        {"session_id":"cook-2","status":"Failed","started_at":"2025-05-01T00:00:00Z",
         "ended_at":"2025-05-01T01:00:00Z","errors":["first","second"]}
        """);
    project.write(
        ".prodigy/events/mapreduce_events.jsonl",
        Samples.event("m-1", "2025-05-01T00:00:00Z", Samples.agent("a", "job_started", ""))
            + "\n"
            + Samples.event("m-2", "2025-05-01T00:00:01Z", Samples.agent("b", "job_started", "")));

    Import migrated =
        Import.of("prodigy:" + store.root() + "?project=" + project.root(), to, directory);

    assertThat(migrated.found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.ofEntries(
                entry("sessions imported", 3L),
                entry("sessions normalised time-assumed", 1L),
                entry("sessions normalised environment-dropped", 1L),
                entry("events imported", 2L)));
    migrated.requireConsistent();
    assertThat(Import.records(to, Session.KIND))
        .extracting(
            session ->
                "%s %s %s %s %s"
                    .formatted(
                        session.id(),
                        session.state(),
                        session.details().repository(),
                        session.timing().createdAt(),
                        session.details().error()))
        .containsExactly(
            "cook-1 PAUSED app 2025-05-01T00:00:00Z null",
            "cook-2 FAILED app 2025-05-01T00:00:00Z first\nsecond",
            "oldest PAUSED unknown 2025-01-01T00:00:00Z null");
    assertThat(Import.records(to, Session.KIND).get(1).timing().finishedAt())
        .isEqualTo("2025-05-01T01:00:00Z");
  }
}
