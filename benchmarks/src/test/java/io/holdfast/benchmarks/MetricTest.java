package io.holdfast.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import org.junit.jupiter.api.Test;

class MetricTest {

  @Test
  void is_written_with_stable_names() {
    assertThat(new Metric("append", "ratio_to_ceiling", 0.8512345, "ratio").json())
        .isEqualTo(
            Json.of(
                "{\"scenario\":\"append\",\"metric\":\"ratio_to_ceiling\",\"value\":0.851,"
                    + "\"unit\":\"ratio\"}"));
  }
}
