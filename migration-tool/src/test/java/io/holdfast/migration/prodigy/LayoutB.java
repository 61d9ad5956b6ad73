package io.holdfast.migration.prodigy;

import static io.holdfast.migration.prodigy.Samples.SECRET;
import static io.holdfast.migration.prodigy.Samples.agent;
import static io.holdfast.migration.prodigy.Samples.event;
import static io.holdfast.migration.prodigy.Samples.jobState;
import static io.holdfast.migration.prodigy.Samples.letter;
import static io.holdfast.migration.prodigy.Samples.lock;
import static io.holdfast.migration.prodigy.Samples.mapReduceCheckpoint;
import static io.holdfast.migration.prodigy.Samples.snapshotOf;
import static io.holdfast.migration.prodigy.Samples.workflowCheckpoint;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;

/** A store with every file that Prodigy writes or is said to write, and every trap in it. */
final class LayoutB {

  static final String JOB = "mapreduce-1";

  private static final long NO_PROCESS_HAS = 2_000_000_000;

  private final Tree store;
  private final Tree project;

  private LayoutB(Tree store, Tree project) {
    this.store = store;
    this.project = project;
  }

  static void write(Tree store, Tree project) throws IOException {
    LayoutB layout = new LayoutB(store, project);
    layout.sessions();
    layout.workflowCheckpoints();
    layout.jobs();
    layout.mappings();
    layout.events();
    layout.letters();
    layout.besides();
  }

  private void sessions() {
    store.write(
        "sessions/session-1.json",
        """
        {"id": "session-1", "session_type": "MapReduce", "status": "Paused",
         "started_at": "2025-10-01T08:00:00.123456789Z", "updated_at": "2025-10-01T08:10:00Z",
         "completed_at": null, "metadata": {"execution_environment": {"HOME": "%s"}},
         "checkpoints": [{"id": "checkpoint-1", "state": {"x": 1}}],
         "timings": {"map": {"secs": 12, "nanos": 500000000}}, "error": null,
         "workflow_data": null,
         "mapreduce_data": {"job_id": "mapreduce-1", "total_items": 10, "processed_items": 4,
           "failed_items": 1, "agent_count": 5, "phase": "Map", "reduce_results": null}}
        """
            .formatted(SECRET));
    store.write(
        "sessions/session-2.json",
        """
        {"id":"session-2","session_type":"Workflow","status":"Completed",
         "started_at":"2025-10-01T07:00:00Z","updated_at":"2025-10-01T07:30:00Z",
         "workflow_data":{"workflow_id":"wf-1","current_step":7,"total_steps":3,
           "worktree_name":"wt-2"}}
        """);
    store.write("sessions/session-3.json", "{\"id\":\"session-3\",\"session_type\":\"Workf");
    store.write("sessions/session-4.json", "[".repeat(600) + "]".repeat(600));
    store.write("sessions/session-1.json.corrupted.20251001", "{\"id\":\"session-1\"");
  }

  private void workflowCheckpoints() {
    String newest = workflowCheckpoint("session-2", "2025-10-01T07:20:00Z", "");
    store.write("sessions/session-2/checkpoint.json", newest);
    store.write("sessions/session-2/history/checkpoint-2.json", newest);
    store.write(
        "sessions/session-2/history/checkpoint-1.json",
        workflowCheckpoint("session-2", "2025-10-01T07:10:00Z", ""));
    store.write(
        "state/session-2/checkpoints/session-2.checkpoint.json",
        workflowCheckpoint(
            "session-2",
            "2025-10-01T07:25:00Z",
            """
            , "environment_snapshot.variables.HOME": "%s",
              "text": %s,
              "half": "{\\"environment_snapshot\\":{\\"variables\\":{\\"A\\":\\"%s",
              "deep": {"list": [{"environment_snapshot": %s}]}"""
                .formatted(
                    SECRET,
                    quoted("{\"kept\":1,\"environment_snapshot\":" + snapshotOf(SECRET) + "}"),
                    SECRET,
                    snapshotOf(SECRET))));
    store.write("state/session-2/checkpoints/session-2.checkpoint.tmp", "{\"half");
    store.write(
        "state/app/checkpoints/global.checkpoint.json",
        workflowCheckpoint("global", "2025-10-01T07:40:00Z", ", \"nul\": \"a\\u0000b\\\\u0000\""));
    project.write(
        ".prodigy/checkpoints/local.checkpoint.json",
        workflowCheckpoint("local", "2025-10-01T07:50:00Z", ""));
  }

  private static String quoted(String json) {
    return "\"" + json.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }

  private void jobs() {
    String places = "state/app/checkpoints/";
    store.write(places + "cp-3.checkpoint.gz", Tree.gzip(progress("cp-3", 3)));
    store.write(places + "cp-1.checkpoint.zst", Tree.zstandard(progress("cp-1", 1)));
    store.write(places + "cp-2.checkpoint.lz4", Tree.lz4Block(progress("cp-2", 2)));
    store.write(places + "cp-4.checkpoint.gz", progress("cp-4", 4));
    store.write(
        "state/app/mapreduce-1/mapreduce/checkpoints/cp-5.checkpoint.json", progress("cp-5", 5));
    byte[] whole = Tree.gzip(progress("cp-6", 6));
    store.write(places + "cp-6.checkpoint.gz", Arrays.copyOf(whole, whole.length - 20));
    store.write(
        places + "cp-7.checkpoint.gz", Tree.gzip("{\"a\":\"" + "x".repeat(17 << 20) + "\"}"));
    String job = "state/app/mapreduce/jobs/mapreduce-1/";
    store.write(job + "checkpoint-v8.json", jobState(JOB, 8, "2025-10-01T08:02:00Z"));
    store.write(job + "checkpoint-v9.json", jobState(JOB, 9, "2025-10-01T08:03:00Z"));
    store.write(job + "checkpoint-v10.json", jobState(JOB, 10, "2025-10-01T08:04:00Z"));
    store.write(
        job + "metadata.json",
        """
        {"path":"/gone/checkpoint-v10.json","version":10,"created_at":"x","size_bytes":5}""");
    String older = "state/app/mapreduce/jobs/mapreduce-0/";
    store.write(older + "checkpoint-v0.json", jobState("mapreduce-0", 0, "2025-09-01T08:00:00Z"));
    store.write(older + "checkpoint-v1.json", jobState("mapreduce-0", 1, "2025-09-01T08:01:00Z"));
    store.write(
        "state/reduce_checkpoints/mapreduce-1/reduce-checkpoint-v1-1.json",
        """
        {"version":1,"completed_steps":[0],"total_steps":2,
         "step_results":[{"step_index":0,"success":true,"duration_secs":3}],
         "variables":{},"map_results":[],"timestamp":"2025-10-01T08:09:00.5Z"}
        """);
  }

  private static String progress(String id, int minute) {
    return mapReduceCheckpoint(id, JOB, "2025-10-01T08:0" + minute + ":00Z");
  }

  private void mappings() {
    String mapping =
        """
        {"session_id":"session-1","job_id":"mapreduce-1","workflow_name":"Build",
         "created_at":"2025-10-01T08:00:00Z"}
        """;
    store.write("state/app/mappings/session-1.json", mapping);
    store.write("state/app/mappings/mapreduce-1.json", mapping);
    store.write(
        "state/app/mappings/session-9.json",
        """
        {"session_id":"session-9","job_id":"mapreduce-9","created_at":"2025-10-01T09:00:00Z"}""");
    String worktrees =
        """
        [{"path":"/w/1","agent_id":"agent-1","item_id":"item_1","failed_at":"2025-10-01T08:07:00Z",
          "error":"in use"}]
        """;
    store.write("orphaned_worktrees/app/mapreduce-1.json", worktrees);
    store.write("orphaned_worktrees/app/mapreduce-9.json", worktrees);
  }

  /** Of three jobs, in the order of time: 0, 1 and 2 by their seconds. */
  private void events() {
    String job = "events/app/mapreduce-1/";
    String first =
        event("e-1", "2025-10-01T08:00:01.123456789Z", agent(JOB, "job_started", "\"n\":1"));
    store.write(
        job + "events-20251001_080000.20251001_083000.jsonl.gz",
        first + "\n" + event("e-2", at(2), agent(JOB, "agent_started", "")) + "\n");
    store.write(
        job + "events-20251001_080000.jsonl",
        String.join(
            "\n",
            event("e-3", at(4), agent(JOB, "agent_completed", "\"duration\":[12,500000000]")),
            event(
                "e-4",
                at(5),
                agent(JOB, "agent_completed", "\"duration\":{\"secs\":4,\"nanos\":0}")),
            event("e-5", at(3), agent(JOB, "d_l_q_item_added", "\"item_id\":\"item_1\"")),
            "",
            event("e-6", at(6), "{\"event_type\":\"claude_message\",\"content\":\"hi\"}"),
            event("e-7", at(7), "\"a text\""),
            "not JSON at all",
            event("e-8", at(8), agent(JOB, "agent_failed", "\"error\":\"x\""))
                .replace("\"id\":\"e-8\",", ""),
            event("e-9", at(9), agent(JOB, "agent_failed", ""))
                .replace("\"timestamp\"", "\"time\""),
            event(
                "e-2",
                at(9),
                agent(
                    JOB, "agent_progress", "\"environment_variables\":{\"A\":\"" + SECRET + "\"}")),
            "{\"id\":\"e-10\",\"timestamp\":\"2025-10-01T08:00:1"));
    store.write(job + "index.json", "{\"job_id\":\"mapreduce-1\",\"event_counts\":{}}");
    store.write(
        "events/app/session-2/events-20251001_070000.jsonl.gz",
        Tree.gzip(event("s-1", at(2), agent("session-2", "checkpoint_created", "")) + "\n"));
    store.write(
        "events/archive/events_archive_1.jsonl.gz",
        Tree.gzip(
            event("z-1", at(0), agent("mapreduce-0", "job_completed", ""))
                + "\n"
                + first
                + "\n"
                + event("z-2", at(1), "{\"event_type\":\"claude_message\"}")));
    store.write(
        "state/app/mapreduce/jobs/mapreduce-1/events/events.jsonl",
        event("r-1", at(20), agent(JOB, "job_resumed", "")) + "\n");
    project.write(
        ".prodigy/events/mapreduce_events.jsonl",
        event("l-1", at(0), agent("mapreduce-0", "dlq_item_added", "")) + "\n");
  }

  private static String at(int second) {
    return "2025-10-01T08:00:%02dZ".formatted(second);
  }

  private void letters() {
    String latest = letter("item_1", "2025-10-01T08:03:00Z");
    String place = "dlq/app/mapreduce-1/mapreduce/dlq/mapreduce-1/";
    store.write(place + "items/item_1.json", latest);
    store.write(place + "index.json", "{\"job_id\":\"mapreduce-1\",\"item_ids\":[\"item_1\"]}");
    store.write(
        "dlq/app/mapreduce-1/items/item_2.json", letter("item_2", "2025-10-01T08:03:00.000001Z"));
    store.write(
        "dlq/app/mapreduce-1/dlq-items.json",
        "{\"items\":["
            + letter("item_3", "2025-10-01T08:03:00Z")
            + ","
            + letter("item_1", "2025-10-01T08:02:00Z")
            + "]}");
    project.write("mapreduce/dlq/mapreduce-1/items/item_1.json", latest);
    project.write(
        "mapreduce/dlq/mapreduce-1/items/item_4.json",
        """
        {"item_id":"item_4","first_attempt":"2025-10-01T08:00:00Z",
         "last_attempt":"2025-10-01T08:03:00Z","failure_history":[]}
        """);
  }

  private void besides() throws IOException {
    store.write("resume_locks/mapreduce-1.lock", lock(JOB, NO_PROCESS_HAS, StoreLocks.hostname()));
    store.write("resume_locks/mapreduce-2.lock", lock("mapreduce-2", 1, "elsewhere.example"));
    store.write("resume_locks/torn.lock", "{\"job_id\"");
    store.write("logs/app/output.log", "nothing");
    store.write("worktrees/app/session-1/src/sessions/a.json", "{\"session_type\":\"x\"}");
    store.write("config.yml", "a: b");
    store.write("other.json", "{\"something\":\"else\"}");
    Files.createSymbolicLink(
        store.root().resolve("sessions/link.json"),
        store.root().resolve("sessions/session-1.json"));
  }
}
