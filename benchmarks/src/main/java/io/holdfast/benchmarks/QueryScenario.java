package io.holdfast.benchmarks;

import io.holdfast.Holdfast;
import io.holdfast.Position;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventSearch;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.SearchIndex;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.HdrHistogram.Histogram;
import reactor.core.publisher.Flux;

/** How long do queries take in a store of two years, one after the other? */
final class QueryScenario implements Scenario {

  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final int PAGE = 100;
  private static final int WARM_UP = 50;
  private static final int TIMES = 1_000;

  @Override
  public String name() {
    return "query";
  }

  @Override
  public List<Metric> run(Server server, boolean quick) throws Exception {
    QueryEvents events = new QueryEvents(quick ? 500_000 : 10_000_000);
    UnifiedStorage storage = Holdfast.open(server.url("query", 4)).blockOptional().orElseThrow();
    load(storage.events(), events);
    server.execute("VACUUM ANALYZE query.events");
    server.execute("CHECKPOINT");
    List<Metric> metrics = new ArrayList<>(measure(storage.events(), events));
    metrics.addAll(count(storage.events()));
    ((EventSearch) storage).indexFor(SearchIndex.CONTAINMENT).blockLast(PATIENCE);
    metrics.addAll(
        timed(
            "containment",
            events,
            n -> read(storage, EventQuery.forward(containing(n)).limit(PAGE))));
    metrics.addAll(touched(new TouchedMonths(server), events));
    storage.close().block(PATIENCE);
    return metrics;
  }

  /** The same queries as the storage asks them, for an event in the middle. */
  private List<Metric> touched(TouchedMonths months, QueryEvents events) throws SQLException {
    int n = events.total() / 2;
    Instant from = events.time(n);
    String time = "'%s', '%s'".formatted(from, from.plus(Duration.ofDays(1)));
    String job = "'{" + QueryEvents.job(n).value() + "}'";
    String agent = "'" + QueryEvents.agent(n) + "'";
    String correlation = "'" + QueryEvents.correlation(n) + "'";
    String item = "'" + QueryEvents.item(n) + "'";
    String end = Long.toString(Long.MAX_VALUE);
    return List.of(
        touched(months, "job", "'version', 0", job, "NULL", "NULL", "NULL", "NULL, NULL", "NULL"),
        touched(
            months,
            "head",
            "'forward', " + (events.total() - PAGE),
            "NULL",
            "NULL",
            "NULL",
            "NULL",
            "NULL, NULL",
            "NULL"),
        touched(
            months,
            "correlation",
            "'forward', 0",
            "NULL",
            "NULL",
            correlation,
            "NULL",
            "NULL, NULL",
            "NULL"),
        touched(
            months,
            "agent_newest",
            "'backward', " + end,
            "NULL",
            "NULL",
            "NULL",
            agent,
            "NULL, NULL",
            "NULL"),
        touched(
            months,
            "type_and_day",
            "'forward', 0",
            "NULL",
            "'{agent_failed}'",
            "NULL",
            "NULL",
            time,
            "NULL"),
        touched(
            months,
            "backward",
            "'backward', " + n,
            "NULL",
            "NULL",
            "NULL",
            "NULL",
            "NULL, NULL",
            "NULL"),
        touched(
            months,
            "containment",
            "'forward', 0",
            "NULL",
            "NULL",
            "NULL",
            "NULL",
            "NULL, NULL",
            item));
  }

  private Metric touched(TouchedMonths months, String query, String place, String... filter)
      throws SQLException {
    String call =
        "SELECT count(*) FROM query.event_page(1, "
            + place
            + ", 0, 200000, "
            + PAGE
            + ", "
            + String.join(", ", filter)
            + ", NULL, NULL, NULL, NULL)";
    return new Metric(name(), query + "_months", months.of(call), "months locked");
  }

  private static EventFilter containing(int n) {
    return EventFilter.all().containing(QueryEvents.item(n));
  }

  private static void load(EventLog log, QueryEvents events) {
    long start = System.nanoTime();
    log.appendAll(Flux.range(0, events.total()).map(events::event)).blockLast(PATIENCE);
    System.err.printf(
        "  loaded %,d events in %.1f s%n", events.total(), (System.nanoTime() - start) / 1e9);
  }

  private List<Metric> measure(EventLog log, QueryEvents events) {
    List<Metric> metrics = new ArrayList<>();
    metrics.addAll(
        timed("job", events, n -> log.read(EventQuery.job(QueryEvents.job(n)).limit(PAGE))));
    Position nearEnd = nearEnd(log);
    metrics.addAll(
        timed(
            "head",
            events,
            n -> log.read(EventQuery.forward(EventFilter.all()).from(nearEnd).limit(PAGE))));
    metrics.addAll(
        timed(
            "correlation",
            events,
            n -> {
              EventFilter filter = EventFilter.all().withCorrelation(QueryEvents.correlation(n));
              return log.read(EventQuery.forward(filter).limit(PAGE));
            }));
    metrics.addAll(
        timed(
            "agent_newest",
            events,
            n -> {
              EventFilter filter = EventFilter.all().withAgent(QueryEvents.agent(n));
              return log.read(EventQuery.backward(filter).limit(PAGE));
            }));
    metrics.addAll(
        timed(
            "type_and_day",
            events,
            n -> {
              Instant from = events.time(n);
              EventFilter filter =
                  EventFilter.all()
                      .withTypes("agent_failed")
                      .within(from, from.plus(Duration.ofDays(1)));
              return log.read(EventQuery.forward(filter).limit(PAGE));
            }));
    metrics.addAll(timed("stats_of_job", events, n -> log.stats(QueryEvents.job(n)).flux()));
    metrics.addAll(
        timed(
            "backward",
            events,
            n -> {
              Position before = new Position(Integer.toString(n + 1));
              return log.read(EventQuery.backward(EventFilter.all()).from(before).limit(PAGE));
            }));
    return metrics;
  }

  private static Position nearEnd(EventLog log) {
    List<RecordedEvent> newest =
        log.read(EventQuery.backward(EventFilter.all()).limit(PAGE + 1))
            .collectList()
            .blockOptional()
            .orElseThrow();
    return newest.get(PAGE).position();
  }

  /** Seldom asked, and not fast: how long it takes is worth knowing. */
  private List<Metric> count(EventLog log) {
    return List.of(
        new Metric(name(), "count_all_ms", once(log, EventFilter.all()), "ms"),
        new Metric(
            name(), "count_type_ms", once(log, EventFilter.all().withTypes("agent_failed")), "ms"));
  }

  private static double once(EventLog log, EventFilter filter) {
    long start = System.nanoTime();
    log.count(filter).block(PATIENCE);
    return (System.nanoTime() - start) / 1e6;
  }

  private List<Metric> timed(String query, QueryEvents events, IntFunction<Flux<?>> ask) {
    Random random = new Random(query.hashCode());
    Histogram micros = new Histogram(3);
    for (int i = 0; i < WARM_UP + TIMES; i++) {
      Flux<?> asked = ask.apply(random.nextInt(events.total()));
      long start = System.nanoTime();
      asked.blockLast(PATIENCE);
      if (i >= WARM_UP) {
        micros.recordValue((System.nanoTime() - start) / 1_000);
      }
    }
    return List.of(
        new Metric(name(), query + "_p50_ms", micros.getValueAtPercentile(50) / 1_000.0, "ms"),
        new Metric(name(), query + "_p99_ms", micros.getValueAtPercentile(99) / 1_000.0, "ms"));
  }

  private static Flux<?> read(UnifiedStorage storage, EventQuery query) {
    return storage.events().read(query);
  }
}
