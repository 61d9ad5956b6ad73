package io.holdfast.migration.prodigy;

/** Documents as Prodigy writes them, and secrets where it puts them. */
final class Samples {

  /** In every process environment, and nowhere else. */
  static final String SECRET = "AKIA-hunter2";

  private Samples() {}

  static String event(String id, String time, String event) {
    return """
        {"id":"%s","timestamp":"%s","correlation_id":"corr-1","event":%s,\
        "metadata":{"host":"localhost","pid":123}}
        """
        .formatted(id, time, event)
        .strip();
  }

  static String agent(String job, String type, String more) {
    return """
        {"event_type":"%s","job_id":"%s","agent_id":"agent-1"%s}"""
        .formatted(type, job, more.isEmpty() ? "" : "," + more);
  }

  static String workflowCheckpoint(String workflow, String time, String more) {
    return """
        {
          "workflow_id": "%s",
          "execution_state": {"current_step_index": 2, "total_steps": 5, "status": "Interrupted",
            "start_time": "2025-10-01T08:00:00Z", "last_checkpoint": "2025-10-01T08:05:00Z"},
          "completed_steps": [],
          "variable_state": {"v": "1", "a.b": "{\\"x\\":1}"%s},
          "timestamp": "%s",
          "version": 1,
          "workflow_hash": "Build-5",
          "total_steps": 5
        }
        """
        .formatted(workflow, more, time);
  }

  static String snapshotOf(String secret) {
    return """
        {"variables": {"AWS_SECRET_ACCESS_KEY": "%s", "PATH": "/bin"}, "captured_at": "now"}"""
        .formatted(secret);
  }

  static String mapReduceCheckpoint(String id, String job, String time) {
    return """
        {"metadata": {"checkpoint_id": "%s", "job_id": "%s", "version": 3, "created_at": "%s",
           "phase": "Map", "total_work_items": 10, "completed_items": 4,
           "checkpoint_reason": "Interval", "integrity_hash": "00"},
         "execution_state": {"current_phase": "Map", "workflow_variables": {}},
         "work_item_state": {"pending_items": [], "completed_items": []},
         "variable_state": {"workflow_variables": {}, "captured_outputs": {},
           "environment_variables": {"TOKEN": "%s"}, "item_variables": {}}}
        """
        .formatted(id, job, time, SECRET);
  }

  static String jobState(String job, int version, String time) {
    return """
        {"job_id": "%s", "config": {"input": "items.json", "max_parallel": 10},
         "started_at": "2025-10-01T08:00:00Z", "updated_at": "%s", "work_items": [{"n": 1}],
         "agent_results": {}, "checkpoint_version": %d, "total_items": 1, "is_complete": false}
        """
        .formatted(job, time, version);
  }

  static String letter(String item, String lastAttempt) {
    return """
        {"item_id":"%s","item_data":{"file":"a.rs"},"first_attempt":"2025-10-01T08:00:00Z",
         "last_attempt":"%s","failure_count":2,
         "failure_history":[
           {"attempt_number":1,"timestamp":"2025-10-01T08:00:00Z",
            "error_type":{"CommandFailed":{"exit_code":1}},"error_message":"exit 1",
            "error_context":["map","agent-1"],"stack_trace":null,"agent_id":"agent-1",
            "step_failed":"shell: test","duration_ms":1200},
           {"attempt_number":2,"timestamp":"2025-10-01T08:03:00Z","error_type":"Timeout",
            "error_message":"agent timed out","agent_id":"agent-2","step_failed":"shell: test",
            "duration_ms":1}],
         "error_signature":"Timeout::agent timed out",
         "worktree_artifacts":{"worktree_path":"/w","branch_name":"b"},
         "reprocess_eligible":false,"manual_review_required":true}
        """
        .formatted(item, lastAttempt);
  }

  static String lock(String job, long process, String host) {
    return """
        {"job_id":"%s","process_id":%d,"hostname":"%s","acquired_at":"2199-01-01T00:00:00Z"}"""
        .formatted(job, process, host);
  }
}
