package io.holdfast;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How a storage is.
 *
 * @param healthy true if reads and writes are expected to work
 * @param latency how long the probe took
 * @param problems what is wrong, one sentence each; empty when healthy
 * @param facts what the storage says about itself, for people to read: version, schema, sizes
 */
public record Health(
    boolean healthy, Duration latency, List<String> problems, Map<String, String> facts) {

  /** Copies the collections. */
  public Health {
    problems = List.copyOf(problems);
    facts = Map.copyOf(facts);
  }
}
