package io.holdfast.benchmarks;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

public final class SingleProbe {
  public static void main(String[] args) throws Exception {
    int rounds = Integer.parseInt(args[0]);
    int seconds = Integer.parseInt(args[1]);
    List<io.holdfast.event.JobEvent> sample = new ArrayList<>();
    Instant at = Instant.now();
    for (int n = 0; n < 100_000; n++) sample.add(SampleEvents.event(n, at));
    try (Server server = Server.start()) {
      for (int i = 0; i < rounds; i++) {
        var r = SingleAppendScenario.ours(server, "probe_" + i, sample, Duration.ofSeconds(seconds));
        System.err.printf("round %d %,.0f/s p50 %.1f ms p99 %.1f%n", i, r.rate(), r.micros().getValueAtPercentile(50)/1000.0, r.micros().getValueAtPercentile(99)/1000.0);
      }
    }
  }
}
