package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventStats;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** Counts events. */
final class EventNumbers {

  private static final String STATS =
      """
      SELECT event_type, count(*),
        count(*) FILTER (WHERE data @> '{"success": true}'),
        count(*) FILTER (WHERE data @> '{"success": false}'),
        min(created_at), max(created_at)
      FROM {schema}.events
      WHERE job_id = $1
      GROUP BY event_type
      """;

  private static final String COUNT =
      """
      SELECT count(*)
      FROM {schema}.events
      WHERE {conditions}
      LIMIT {limit}
      """;

  private final SqlRunner runner;
  private final String stats;
  private final String count;
  private final SchemaName schema;

  EventNumbers(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.stats = schema.in(STATS);
    this.count = schema.in(COUNT);
  }

  private record OfType(
      String type, long total, long succeeded, long failed, Instant first, Instant last) {}

  Mono<EventStats> stats(JobId job) {
    return runner
        .list(
            Sql.of(stats, job.value()),
            row ->
                new OfType(
                    row.text(0),
                    row.number(1),
                    row.number(2),
                    row.number(3),
                    row.time(4),
                    row.time(5)))
        .map(EventNumbers::total);
  }

  private static EventStats total(List<OfType> rows) {
    Map<String, Long> byType = new HashMap<>();
    rows.forEach(row -> byType.put(row.type(), row.total()));
    @Nullable Instant first = rows.stream().map(OfType::first).min(Instant::compareTo).orElse(null);
    @Nullable Instant last = rows.stream().map(OfType::last).max(Instant::compareTo).orElse(null);
    return new EventStats(
        rows.stream().mapToLong(OfType::total).sum(),
        byType,
        rows.stream().mapToLong(OfType::succeeded).sum(),
        rows.stream().mapToLong(OfType::failed).sum(),
        first,
        last);
  }

  Mono<Long> count(EventFilter filter) {
    return runner.first(EventConditions.of(filter, schema).limited(count, 1), row -> row.number(0));
  }
}
