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
  private static final long MONTHS_MIN = 2;
  private static final long HELD_SECONDS_MAX = 30;

  private static final String QUESTION =
      """
      SELECT current_setting('server_version'), pg_is_in_recovery(),
        (SELECT max(version)::bigint FROM {schema}.schema_history),
        pg_notification_queue_usage()::text, (SELECT store_id FROM {schema}.store)
      WHERE $1
      """;

  private final SqlRunner control;
  private final EventTools tools;
  private final HorizonWatch horizon;
  private final PostgresConfiguration configuration;

  Probe(
      SqlRunner control,
      EventTools tools,
      HorizonWatch horizon,
      PostgresConfiguration configuration) {
    this.horizon = horizon;
    this.control = control;
    this.tools = tools;
    this.configuration = configuration;
  }

  Mono<Health> health() {
    return Mono.defer(this::examine)
        .timeout(PATIENCE)
        .onErrorResume(error -> Mono.just(unhealthy(error)))
        .elapsed()
        .map(timed -> withLatency(timed.getT2(), Duration.ofMillis(timed.getT1())));
  }

  private Mono<Health> examine() {
    Map<String, String> facts = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    facts.put("storage", configuration.toString());
    return control
        .first(Sql.of(tools.schema().in(QUESTION), true), row -> server(row, facts, problems))
        .then(tools.partitions().monthsThere())
        .doOnNext(months -> partitions(months, facts, problems))
        .then(tools.archivedMonths(control).all())
        .doOnNext(months -> archived(months.size(), facts))
        .then(horizon.look())
        .doOnNext(lag -> horizon(lag, facts, problems))
        .then(
            Mono.fromCallable(
                () -> new Health(problems.isEmpty(), Duration.ZERO, problems, facts)));
  }

  private static boolean server(Columns row, Map<String, String> facts, List<String> problems) {
    facts.put("server", "PostgreSQL " + row.text(0));
    facts.put("schema version", Long.toString(row.number(2)));
    facts.put("notification queue", row.text(3));
    facts.put("store", row.text(4));
    if (row.flag(1)) {
      problems.add("The server is a standby: it takes no writes");
    }
    return true;
  }

  private void partitions(long months, Map<String, String> facts, List<String> problems) {
    facts.put("months of events made", Long.toString(months));
    facts.put("partition runway", tools.partitions().runwayDays() + " days");
    if (months < MONTHS_MIN) {
      problems.add("Only " + months + " months of events are made from the current one on");
    }
  }

  private void archived(int months, Map<String, String> facts) {
    String place = tools.archive().place().map(Object::toString).orElse("not configured");
    if (months > 0 || tools.archive().place().isPresent()) {
      facts.put("archive", months + " months, " + place);
    }
  }

  private static void horizon(
      HorizonWatch.Lag lag, Map<String, String> facts, List<String> problems) {
    facts.put("horizon lag", lag.positions() + (lag.positions() == 1 ? " position" : " positions"));
    if (lag.holder() == null) {
      return;
    }
    String holder = lag.holder() + ", open for " + lag.seconds() + " s";
    facts.put("horizon held by", holder);
    if (lag.seconds() > HELD_SECONDS_MAX) {
      problems.add("A transaction that has appended holds subscriptions back: " + holder);
    }
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
