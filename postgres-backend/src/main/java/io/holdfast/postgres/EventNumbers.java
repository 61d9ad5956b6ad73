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
      SELECT type, total, succeeded, failed, first, last
      FROM {schema}.job_stats($1)
      """;

  private static final String COUNT =
      """
      SELECT {schema}.event_count($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
      """;

  private static final String COUNT_BEHIND =
      """
      SELECT count(*)
      FROM (
        SELECT 1
        FROM {schema}.events
        WHERE {conditions}
        LIMIT {limit}
      ) behind
      """;

  private final SqlRunner runner;
  private final SchemaName schema;
  private final String stats;
  private final String count;

  EventNumbers(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
    this.stats = schema.in(STATS);
    this.count = schema.in(COUNT);
  }

  /** A type in a stretch of months: a type may come several times. */
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
    rows.forEach(row -> byType.merge(row.type(), row.total(), Long::sum));
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
    return runner.first(new Sql(count, FilterArguments.of(filter)), row -> row.number(0));
  }

  /** Counts what matches behind {@code position}, up to {@code most}. */
  Mono<Long> countBehind(EventFilter filter, long position, int most) {
    Conditions conditions = EventConditions.of(filter, schema).and("position > %s", position);
    return runner.first(conditions.limited(schema.in(COUNT_BEHIND), most), row -> row.number(0));
  }
}
