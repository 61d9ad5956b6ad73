package io.holdfast.benchmarks;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.ItemId;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** Dead letters as an orchestrator leaves them: about 500 bytes, over 50 jobs, due long since. */
final class SampleLetters {

  private static final int JOBS = 50;

  private SampleLetters() {}

  static DeadLetter letter(int n, Instant at) {
    DeadLetterKey key =
        new DeadLetterKey(
            new JobId("mapreduce-1759305600000-" + n % JOBS),
            new ItemId(String.format(Locale.ROOT, "item_%07d", n)));
    Failure failure =
        new Failure(
            1,
            at,
            "CommandFailed",
            "exit code 1 of agent-" + n % 64,
            Json.of(
                """
                {"agent":"agent-%d","step":"shell: cargo test","duration_ms":%d,\
                "log":"/var/log/orchestrator/agents/agent-%d/run.jsonl"}"""
                    .formatted(n % 64, 1_000 + n % 500, n % 64)));
    Json data =
        Json.of(
            """
            {"file":"src/module_%d/part_%d.rs","item":%d,"commit":"0a1b2c3d4e5f","branch":"agent-%d",\
            "instructions":"Migrate the module to the new interface and run its tests"}"""
                .formatted(n % 100, n, n, n % 64));
    DeadLetterState due = new DeadLetterState(true, at.plusMillis(n), 0, null);
    return new DeadLetter(key, data, List.of(failure), due, at, at.plusMillis(n));
  }
}
