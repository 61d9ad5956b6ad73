package io.holdfast.postgres;

import io.holdfast.Health;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Mono;

/** Asks the server how it is. */
final class Probe {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final long PARTITION_DAYS_MIN = 14;

  private static final String QUESTION =
      """
      SELECT current_setting('server_version'), pg_is_in_recovery(),
        (SELECT max(version)::bigint FROM {schema}.schema_history),
        pg_notification_queue_usage()::text,
        (
          SELECT coalesce(max(to_date(right(c.relname, 7), 'YYYY_MM') + interval '1 month'), now())
            ::timestamptz
          FROM pg_inherits i
          JOIN pg_class c ON c.oid = i.inhrelid
          WHERE i.inhparent = to_regclass($1)
        )
      """;

  private final SqlRunner control;
  private final SchemaName schema;
  private final PostgresConfiguration configuration;

  Probe(SqlRunner control, SchemaName schema, PostgresConfiguration configuration) {
    this.control = control;
    this.schema = schema;
    this.configuration = configuration;
  }

  Mono<Health> health() {
    return Mono.defer(
            () ->
                control.first(
                    Sql.of(schema.in(QUESTION), schema.in("{schema}.events")), this::answer))
        .timeout(PATIENCE)
        .onErrorResume(error -> Mono.just(unhealthy(error)))
        .elapsed()
        .map(timed -> withLatency(timed.getT2(), Duration.ofMillis(timed.getT1())));
  }

  private Health answer(Columns row) {
    List<String> problems = new ArrayList<>();
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("storage", configuration.toString());
    facts.put("server", "PostgreSQL " + row.text(0));
    facts.put("schema version", Long.toString(row.number(2)));
    facts.put("notification queue", row.text(3));
    if (row.flag(1)) {
      problems.add("The server is a standby: it takes no writes");
    }
    long days = Duration.between(java.time.Instant.now(), row.time(4)).toDays();
    facts.put("event partitions end in days", Long.toString(days));
    if (days < PARTITION_DAYS_MIN) {
      problems.add("The event partitions end in " + days + " days");
    }
    return new Health(problems.isEmpty(), Duration.ZERO, problems, facts);
  }

  private Health unhealthy(Throwable error) {
    String problem = error.getMessage() == null ? error.toString() : error.getMessage();
    return new Health(
        false, Duration.ZERO, List.of(problem), Map.of("storage", configuration.toString()));
  }

  private static Health withLatency(Health health, Duration latency) {
    return new Health(health.healthy(), latency, health.problems(), health.facts());
  }
}
