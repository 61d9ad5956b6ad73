package io.holdfast.migration.demo;

import io.holdfast.Json;
import io.holdfast.deadletter.Failure;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** What coding agents say about their work. */
final class AgentReports {

  private static final List<String> ERRORS =
      List.of("Timeout", "CommandFailed", "MergeConflict", "ValidationFailed");

  private final Random random;

  AgentReports(Random random) {
    this.random = random;
  }

  String agent() {
    return "agent-" + (1 + random.nextInt(8));
  }

  Json started(String item, int attempt) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("item", item);
    data.put("attempt", attempt);
    data.put("worktree", "worktrees/" + hex(6));
    data.put("model", "large-2");
    data.put("tools", List.of("read", "edit", "shell"));
    return Json.from(data);
  }

  Json completed(String item, int attempt) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("item", item);
    data.put("attempt", attempt);
    data.put("success", true);
    data.put("durationMs", 400 + random.nextInt(90_000));
    data.put("tokens", Map.of("input", random.nextInt(40_000), "output", random.nextInt(6_000)));
    data.put("commits", List.of(hex(40)));
    data.put("filesModified", List.of(item, item.replace("main", "test")));
    return Json.from(data);
  }

  Failure failure(int attempt, Instant at, String agent) {
    String error = ERRORS.get(random.nextInt(ERRORS.size()));
    Map<String, Object> details = new LinkedHashMap<>();
    details.put("agent", agent);
    details.put("step", "shell: mvn -q test");
    details.put("exitCode", 1 + random.nextInt(3));
    details.put("durationMs", 400 + random.nextInt(90_000));
    details.put("log", "logs/" + hex(8) + ".jsonl");
    return new Failure(
        attempt, at, error, "Step failed with " + error + " after the edit", Json.from(details));
  }

  Json failed(String item, Failure failure) {
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("item", item);
    data.put("attempt", failure.attempt());
    data.put("success", false);
    data.put("errorType", failure.errorType());
    data.put("error", failure.message());
    data.put("signature", failure.signature());
    return Json.from(data);
  }

  private String hex(int length) {
    StringBuilder hex = new StringBuilder();
    while (hex.length() < length) {
      hex.append(Character.forDigit(random.nextInt(16), 16));
    }
    return hex.toString();
  }
}
