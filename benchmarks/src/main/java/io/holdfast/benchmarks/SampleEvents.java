package io.holdfast.benchmarks;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.JobEvent;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Events of about 300 bytes, 200 of them JSON, over 1,000 jobs: the shape of the reference figures.
 */
final class SampleEvents {

  static final int JOBS = 1_000;

  private static final String[] TYPES = {"agent_started", "agent_progress", "agent_completed"};

  /** So many different documents: to write one anew for each event costs more than to append it. */
  private static final int DOCUMENTS = 50_000;

  private static final List<Json> DATA =
      IntStream.range(0, DOCUMENTS).mapToObj(SampleEvents::data).toList();

  private SampleEvents() {}

  private static Json data(int n) {
    return Json.of(
        "{\"success\": true, \"agent\": \"agent-%d\", \"item\": \"item_%08d\", \"step\": %d,"
                .formatted(n % 64, n, n % 17)
            + " \"duration_ms\": %d, \"commits\": [\"%08x\"],".formatted(n % 9_973, n * 31)
            + " \"log\": \"/var/log/orchestrator/agents/agent-%d/run.jsonl\"}".formatted(n % 64));
  }

  static JobEvent event(int n, Instant at) {
    Event event =
        Event.of(TYPES[n % TYPES.length], DATA.get(n % DOCUMENTS))
            .withCorrelation("correlation-" + n % 500)
            .withAgent("agent-" + n % 64)
            .at(at);
    return new JobEvent(job(n), event);
  }

  /** The job of event {@code n}. */
  static JobId job(int n) {
    return new JobId("mapreduce-1759305600000-" + n % JOBS);
  }
}
