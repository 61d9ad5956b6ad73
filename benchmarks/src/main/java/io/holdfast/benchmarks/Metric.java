package io.holdfast.benchmarks;

import io.holdfast.Json;
import io.holdfast.JsonWriter;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * One measured figure.
 *
 * @param scenario what was measured
 * @param metric a stable name: {@code events_per_second}, {@code ceiling_per_second}, {@code
 *     ratio_to_ceiling}, {@code p50_ms}, ...; what is not ours ends in {@code _ceiling} or a peer's
 *     name
 * @param value the figure
 * @param unit what it counts
 */
record Metric(String scenario, String metric, double value, String unit) {

  Json json() {
    Json number = Json.of(BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).toString());
    return new JsonWriter()
        .text("scenario", scenario)
        .text("metric", metric)
        .json("value", number)
        .text("unit", unit)
        .end();
  }
}
