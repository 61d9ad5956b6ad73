package io.holdfast.benchmarks;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.JobEvent;
import java.time.Duration;
import java.time.Instant;

/**
 * The history of two years in which fifty jobs run at a time: each has a thousand events, then the
 * next one begins. Events are spread evenly over the time.
 */
record QueryEvents(int total) {

  static final Instant FIRST = Instant.parse("2024-11-01T00:00:00Z");
  static final Instant END = Instant.parse("2026-11-01T00:00:00Z");
  static final int AGENTS = 64;

  private static final int AT_A_TIME = 50;
  private static final int OF_A_JOB = 1_000;
  private static final int OF_A_CORRELATION = 20;
  private static final int BETWEEN_FAILURES = 1_000;
  private static final String[] TYPES = {"agent_started", "agent_progress", "agent_completed"};

  JobEvent event(int n) {
    String data =
        "{\"success\": %b, \"item\": \"item_%08d\", \"step\": {\"nth\": %d, \"duration_ms\": %d},"
                .formatted(n % BETWEEN_FAILURES != 0, n, n % 17, n % 9_973)
            + " \"commits\": [\"%08x\"], \"log\": \"/var/log/orchestrator/agents/agent-%d/run.jsonl\"}"
                .formatted(n * 31, n % AGENTS);
    String type = n % BETWEEN_FAILURES == 0 ? "agent_failed" : TYPES[n % TYPES.length];
    Event event =
        Event.of(type, Json.of(data))
            .withCorrelation(correlation(n))
            .withAgent(agent(n))
            .at(time(n));
    return new JobEvent(job(n), event);
  }

  static JobId job(int n) {
    return new JobId("job-" + n / (AT_A_TIME * OF_A_JOB) + "-" + n % AT_A_TIME);
  }

  static String correlation(int n) {
    return "correlation-" + n / OF_A_CORRELATION;
  }

  static String agent(int n) {
    return "agent-" + n % AGENTS;
  }

  static Json item(int n) {
    return Json.of("{\"item\": \"item_%08d\"}".formatted(n));
  }

  Instant time(int n) {
    Duration whole = Duration.between(FIRST, END);
    return FIRST.plusMillis((long) ((double) whole.toMillis() * n / total));
  }
}
