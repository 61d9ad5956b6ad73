package io.holdfast.migration.prodigy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.session.Session;
import io.holdfast.workflow.Workflow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is only in the documentation of Prodigy, and what has happened to its files. */
class ProdigyOddFilesTest {

  private static final String TIME = "2025-10-01T08:00:00Z";

  @TempDir private Path directory;
  private Tree store;
  private String to;

  @BeforeEach
  void choose_places() {
    store = new Tree(directory.resolve("prodigy"));
    to = "file:" + directory.resolve("to");
  }

  private Import migrate() {
    Import migrated = Import.of("prodigy:" + store.root(), to, directory);
    migrated.requireConsistent();
    return migrated;
  }

  @Test
  void checkpoints_of_phases_as_they_are_documented() {
    String job = "state/app/mapreduce/jobs/j/";
    store.write(
        job + "setup-checkpoint.json",
        """
        {"phase":"setup","completed":true,"outputs":{},"timestamp":"2025-10-01T08:00:00Z"}""");
    store.write(
        job + "map-checkpoint-20251001080500.json",
        """
        {"phase":"map","completed_items":["item_1"],"in_progress_items":[],"pending_items":[],
         "agent_results":{},"timestamp":"2025-10-01T08:05:00Z"}""");
    store.write(
        job + "reduce-checkpoint-v1-20251001081000.json",
        """
        {"phase":"reduce","completed_steps":[0,1],"current_step":2,"step_results":{},
         "map_results":{},"timestamp":"2025-10-01T08:10:00Z"}""");

    assertThat(migrate().found()).containsExactly(entry("checkpoints imported", 3L));
    assertThat(Import.records(to, Checkpoint.KIND))
        .extracting(saved -> saved.workflow() + "@" + saved.version() + saved.content().metadata())
        .containsExactly(
            "j/map@1{\"prodigy\":\"phase-checkpoint\"}",
            "j/reduce@1{\"prodigy\":\"phase-checkpoint\"}",
            "j/setup@1{\"prodigy\":\"phase-checkpoint\"}");
  }

  @Test
  void dead_letters_as_they_are_documented() {
    store.write(
        "dlq/app/j/dlq-items.json",
        """
        [{"item_id":"item-1","item_data":{"n":1},"failure_history":[
           {"timestamp":"2025-10-01T08:00:00Z","error":"first","retry_count":0},
           {"timestamp":"2025-10-01T08:01:00Z","error":"second","retry_count":1}],
          "last_failure":"2025-10-01T08:02:00Z"},
         {"item_id":"item-2","item_data":{},"failure_history":[
           {"timestamp":"2025-10-01T08:03:00Z","error":"only"}]}]""");

    migrate();

    assertThat(Import.records(to, DeadLetter.KIND))
        .extracting(
            letter ->
                "%s %s %s %s"
                    .formatted(
                        letter.key(),
                        letter.lastFailure().message(),
                        letter.createdAt(),
                        letter.updatedAt()))
        .containsExactly(
            "j/item-1 second 2025-10-01T08:00:00Z 2025-10-01T08:02:00Z",
            "j/item-2 only 2025-10-01T08:03:00Z 2025-10-01T08:03:00Z");
  }

  @Test
  void tells_what_happened_to_each_of_many_dead_letters() {
    String secret = ",\"context\":{\"env_vars\":{\"A\":\"" + Samples.SECRET + "\"}}";
    store.write(
        "dlq/app/j/dlq-items.json",
        "[17,"
            + Samples.letter("item_1", TIME)
            + ","
            + Samples.letter("item_2", TIME)
                .replaceFirst(",\"manual_review_required\":true", secret)
            + ",{\"item_id\":\"item_3\",\"item_data\":{}}]");

    Import migrated = migrate();

    assertThat(migrated.found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "dead-letters imported", 2L,
                "dead-letters normalised environment-dropped", 1L,
                "dead-letters rejected unrecognised", 1L,
                "dead-letters rejected missing-first-attempt", 1L));
    assertThat(migrated.skipped())
        .extracting(line -> line.get("element") + " " + line.get("reason").stringValue())
        .containsExactly("1 unrecognised", "4 missing-first-attempt", "3 environment-dropped");
    assertThat(Import.all(to)).noneMatch(record -> record.contains(Samples.SECRET));
  }

  @Test
  void says_what_a_session_lacks() {
    store.write(
        "sessions/a.json", "{\"session_type\":\"Workflow\",\"started_at\":\"" + TIME + "\"}");
    store.write("sessions/b.json", "{\"session_type\":\"Workflow\",\"id\":\"b\",\"status\":null}");

    assertThat(migrate().found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sessions rejected missing-status", 1L,
                "sessions rejected missing-started-at", 1L));
  }

  @Test
  void keeps_what_it_finds_no_place_for() {
    store.write(
        "dlq/app/j/items/item_1.json",
        """
        {"item_id":"item_1","item_data":{},"work_item":{"n":1},"failure_history":"lost",
         "first_attempt":"2025-10-01T08:00:00Z","last_attempt":"2025-10-01T08:00:00Z"}""");
    store.write(
        "dlq/app/j/items/item_2.json",
        """
        {"item_id":"item_2","first_attempt":"2025-10-01T08:00:00Z",
         "last_attempt":"2025-10-01T08:00:00Z","failure_history":[{"attempt_number":0,
           "timestamp":"2025-10-01T08:00:00Z","error_type":"two\\nlines","error_message":"x"}]}""");
    store.write(
        "events/app/j/events-1.jsonl",
        """
        {"id":"e","timestamp":"2025-10-01T08:00:00Z","seen":1,"metadata":{"line":7},\
        "event":{"event_type":"x","job_id":"j","_metadata":"own"}}""");

    assertThat(migrate().found())
        .containsEntry("dead-letters normalised attempts-renumbered", 1L)
        .containsEntry("dead-letters normalised name-unusable", 1L);
    assertThat(Import.records(to, DeadLetter.KIND).get(0).lastFailure().details().tree())
        .hasToString(
            "{\"_prodigy\":{\"item_id\":\"item_1\",\"work_item\":{\"n\":1},"
                + "\"failure_history\":\"lost\",\"first_attempt\":\"2025-10-01T08:00:00Z\","
                + "\"last_attempt\":\"2025-10-01T08:00:00Z\"}}");
    assertThat(Import.records(to, DeadLetter.KIND).get(1).lastFailure().errorType())
        .isEqualTo("Unknown");
    assertThat(Import.records(to, RecordedEvent.KIND).get(0).data())
        .hasToString(
            "{\"_metadata\":{\"line\":{\"seen\":1,\"line\":7},\"original_metadata\":\"own\"}}");
  }

  @Test
  void cuts_what_is_said_of_an_error_but_not_the_document() {
    String text = "e".repeat(1_000_001);
    store.write(
        "sessions/s.json",
        """
        {"id":"s","session_type":"Workflow","status":"Failed","started_at":"%1$s",
         "updated_at":"%1$s","completed_at":"%1$s","error":"%2$s"}"""
            .formatted(TIME, text));
    store.write(
        "dlq/app/j/items/item_1.json",
        Samples.letter("item_1", TIME).replace("agent timed out\",\"agent_id", text + "\",\"a"));
    store.write(
        "workflows/w.json",
        """
        {"id":"w","name":"W","created_at":"%1$s","updated_at":"%1$s","content":{},
         "metadata":{"description":"%2$s","tags":["ci","two\\nlines",""]}}"""
            .formatted(TIME, text));

    assertThat(migrate().found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "workflows imported", 1L,
                "workflows normalised text-cut", 1L,
                "workflows normalised name-unusable", 1L,
                "sessions imported", 1L,
                "sessions normalised text-cut", 1L,
                "dead-letters imported", 1L,
                "dead-letters normalised text-cut", 1L));
    Session session = Import.records(to, Session.KIND).get(0);
    assertThat(session.details().error()).hasSize(1_000_000);
    assertThat(session.details().data().tree().get("error").stringValue()).hasSize(1_000_001);
    assertThat(Import.records(to, Workflow.KIND).get(0).details().tags()).containsExactly("ci");
  }

  @Test
  void files_that_went_through_an_editor() {
    store.write(
        "events/app/j/events-1.jsonl",
        "\ufeff"
            + Samples.event("e-1", TIME, Samples.agent("j", "job_started", ""))
            + "\r\n\r\n"
            + Samples.event("e-2", TIME, Samples.agent("j", "job_paused", ""))
            + "\r\n");

    assertThat(migrate().found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("events imported", 2L, "events normalised byte-order-mark", 1L));
  }

  @Test
  void events_of_any_size_by_another_name() {
    store.write(
        "events/app/j/events.log",
        Samples.event("e-1", TIME, Samples.agent("j", "job_started", ""))
            + "\n"
            + " ".repeat(17 << 20)
            + "\n"
            + Samples.event("e-2", TIME, Samples.agent("j", "job_paused", "")));

    assertThat(migrate().found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of("events imported", 2L, "events rejected too-large", 1L));
  }

  @Test
  void one_name_for_dead_letters_in_events_of_any_layout() {
    store.write(
        "events/j/event_1.jsonl",
        "{\"id\":\"e\",\"timestamp\":\"2025-09-18T10:00:00Z\",\"job_id\":\"j\","
            + "\"event_type\":\"d_l_q_items_evicted\",\"data\":{\"count\":1}}");

    assertThat(migrate().found()).containsEntry("events normalised event-type", 1L);
    assertThat(Import.records(to, RecordedEvent.KIND))
        .extracting(event -> event.type() + " " + event.data())
        .containsExactly(
            "dlq_items_evicted {\"count\":1,"
                + "\"_metadata\":{\"original_event_type\":\"d_l_q_items_evicted\"}}");
  }

  @Test
  void counts_what_is_torn_as_what_its_place_says() {
    for (String file :
        new String[] {
          "sessions/a.json",
          "session_state.json",
          "state/app/mappings/a.json",
          "orphaned_worktrees/app/j.json",
          "workflows/a.json",
          "dlq/app/j/items/a.json",
          "dlq/app/j/index.json",
          "state/app/mapreduce/jobs/j/metadata.json",
          "state/app/mapreduce/jobs/j/checkpoint-v1.json",
          "events/app/j/events-1.jsonl"
        }) {
      store.write(file, "{\"half\":");
    }

    assertThat(migrate().found())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "sessions rejected cut-off", 2L,
                "mappings rejected cut-off", 1L,
                "worktrees rejected cut-off", 1L,
                "workflows rejected cut-off", 1L,
                "dead-letters rejected cut-off", 1L,
                "files rejected cut-off", 2L,
                "checkpoints rejected cut-off", 1L,
                "events rejected cut-off", 1L));
  }

  @Test
  void says_at_which_byte_an_event_repeats_another() throws IOException {
    String first = Samples.event("e-1", TIME, Samples.agent("j", "job_started", ""));
    String other = Samples.event("e-1", TIME, Samples.agent("j", "job_paused", ""));
    store.write("events/app/j/events-1.jsonl", first + "\n");
    store.write("events/app/j/events-2.jsonl.gz", Tree.gzip("\n" + other + "\n" + first));

    Import migrated = migrate();

    assertThat(migrated.skipped())
        .extracting(
            line ->
                "%s %s %s %s"
                    .formatted(
                        line.get("file").stringValue(),
                        line.get("line"),
                        line.get("offset"),
                        line.get("reason").stringValue()))
        .containsExactly(
            "events/app/j/events-2.jsonl.gz 3 " + (2 + other.length()) + " duplicate",
            "events/app/j/events-2.jsonl.gz 2 1 same-id");
  }

  @Test
  void knows_the_repository_of_a_job_from_wherever_it_left_something() {
    for (String job : new String[] {"a", "b"}) {
      store.write(
          "sessions/" + job + ".json",
          """
          {"id":"session-%1$s","session_type":"MapReduce","status":"Running",
           "started_at":"%2$s","updated_at":"%2$s","mapreduce_data":{"job_id":"%1$s"}}"""
              .formatted(job, TIME));
    }
    store.write("dlq/app/mapreduce/dlq/a/items/item_1.json", Samples.letter("item_1", TIME));
    store.write(
        "state/lib/b/mapreduce/checkpoints/cp-1.checkpoint.json",
        Samples.mapReduceCheckpoint("cp-1", "b", TIME));

    migrate();

    assertThat(Import.records(to, Session.KIND))
        .extracting(session -> session.id() + " " + session.details().repository())
        .containsExactly("session-a app", "session-b lib");
  }

  @Test
  void names_the_file_that_has_gone_before_it_was_copied() throws IOException {
    store.write(
        "events/app/j/events-1.jsonl",
        Samples.event("e-1", TIME, Samples.agent("j", "job_started", "")));
    store.write(
        "state/app/checkpoints/w.checkpoint.json", Samples.workflowCheckpoint("w", TIME, ""));
    ProdigySource source =
        Objects.requireNonNull(
            ProdigySource.open(ProdigyUrl.parse("prodigy:" + store.root()), null).block());
    Files.delete(store.root().resolve("events/app/j/events-1.jsonl"));
    Files.delete(store.root().resolve("state/app/checkpoints/w.checkpoint.json"));

    requireNamed(source, RecordedEvent.KIND, "events/app/j/events-1.jsonl");
    requireNamed(source, Checkpoint.KIND, "state/app/checkpoints/w.checkpoint.json");
  }

  private static void requireNamed(ProdigySource source, RecordKind<?> kind, String file) {
    assertThatThrownBy(() -> source.export(kind).collectList().block())
        .isInstanceOf(UnavailableException.class)
        .hasMessage("Cannot read " + file + " any more: it is not there any more");
  }

  @Test
  void gives_the_same_records_again() {
    String event = Samples.event("e-1", TIME, Samples.agent("j", "job_started", ""));
    for (String name : new String[] {"b", "a", "c"}) {
      store.write("events/app/" + name + "/events-1.jsonl", event.replace("e-1", "e-" + name));
      store.write(
          "state/app/" + name + "/mapreduce/checkpoints/cp-1.checkpoint.json",
          Samples.mapReduceCheckpoint("cp-" + name, "j", TIME));
    }
    migrate();
    Tree copy = new Tree(directory.resolve("copy"));
    for (String name : new String[] {"c", "b", "a"}) {
      copy(copy, "events/app/" + name + "/events-1.jsonl");
      copy(copy, "state/app/" + name + "/mapreduce/checkpoints/cp-1.checkpoint.json");
    }

    String second = "file:" + directory.resolve("second");
    Import.of("prodigy:" + copy.root(), second, directory);

    assertThat(Import.all(second)).isEqualTo(Import.all(to)).hasSize(6);
  }

  private void copy(Tree copy, String file) {
    try {
      copy.write(file, Files.readAllBytes(store.root().resolve(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
