package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.Await;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventSearch;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.SearchIndex;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** The index on the data of events, switched while the store is in use. */
class SearchIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int EVENTS = 20_000;
  private static final Instant OLD = Instant.parse("2023-05-05T00:00:00Z");

  private static final String PLAN =
      "EXPLAIN SELECT position FROM events WHERE created_at >= '2023-05-01 00:00+00'"
          + " AND created_at < '2023-06-01 00:00+00' AND ";

  /** Longer than statements wait that others queue up behind. */
  private static final String LONG_WAIT =
      """
      SELECT query
      FROM pg_stat_activity
      WHERE query LIKE 'CREATE INDEX CONCURRENTLY %' || current_schema() || '.events_2023_05 %'
        AND wait_event_type = 'Lock' AND query_start < now() - interval '3 s'
      """;

  @RegisterExtension static final PostgresServer SERVER = new PostgresServer();

  private static JobEvent event(int n, Instant at) {
    Json data = Json.of("{\"n\":%d,\"log\":\"line-%d of many\"}".formatted(n, n));
    return new JobEvent(new JobId("job-" + n % 7), Event.of("t", data).at(at));
  }

  private static void fill(UnifiedStorage storage, int from, Instant at) {
    storage.events().appendAll(Flux.range(from, EVENTS).map(n -> event(n, at))).blockLast(PATIENCE);
  }

  @CanIgnoreReturnValue
  private static List<String> search(SearchIndex index) {
    return indexFor(SERVER.storage(), index).collectList().block(PATIENCE);
  }

  private static Flux<String> indexFor(UnifiedStorage storage, SearchIndex index) {
    return ((EventSearch) storage).indexFor(index);
  }

  @ParameterizedTest
  @EnumSource(
      value = SearchIndex.class,
      names = {"CONTAINMENT", "TEXT"})
  void serves_queries_in_old_months_and_in_new_ones(SearchIndex index) throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);

    assertThat(search(index)).contains("events_2023_05: indexed", "readers use " + index.word());
    fill(storage, EVENTS, Instant.parse("2022-02-02T00:00:00Z"));

    assertThat(search(index)).as("nothing is left to do, the new month has it").isEmpty();
    assertThat(indexes("events_2022_02")).anyMatch(definition -> definition.contains("USING gin"));
    String condition =
        index == SearchIndex.TEXT ? "json_words(data) @> '{line,77}'" : "data @> '{\"n\": 77}'";
    assertThat(names(PLAN + condition)).anyMatch(line -> line.contains("Bitmap Index Scan"));
    assertFinds(storage);
  }

  private static void assertFinds(UnifiedStorage storage) {
    assertThat(read(storage, EventFilter.all().withText("LINE-77"))).hasSize(1);
    assertThat(read(storage, EventFilter.all().containing(Json.of("{\"n\":20077}")))).hasSize(1);
    assertThat(read(storage, EventFilter.all().where("$.n = 77"))).hasSize(1);
    assertThat(read(storage, EventFilter.all().where("$.n >= 39999"))).hasSize(1);
  }

  @Test
  void changes_from_one_to_the_other_and_goes_without_a_trace() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    fill(storage, EVENTS, OLD);
    Set<String> before = indexes("events_2023_05");
    search(SearchIndex.TEXT);

    search(SearchIndex.CONTAINMENT);
    assertThat(sampled("events_2023_05")).as("what the planner has to know").isEqualTo("100");
    assertThat(indexes("events_2023_05"))
        .hasSize(before.size() + 1)
        .noneMatch(definition -> definition.contains("json_words"));
    assertFinds(storage);

    search(SearchIndex.OFF);
    assertThat(sampled("events_2023_05")).as("what is analyzed once a minute").isEqualTo("10");
    assertThat(indexes("events_2023_05")).isEqualTo(before);
    assertFinds(storage);
  }

  /** How finely ANALYZE looks at the documents of a month. */
  private static String sampled(String table) throws SQLException {
    return names(
            "SELECT attstattarget FROM pg_attribute WHERE attname = 'data' AND attrelid = '"
                + table
                + "'::regclass")
        .iterator()
        .next();
  }

  @Test
  void finishes_what_was_broken_off() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    fill(storage, EVENTS, OLD);
    execute("CREATE INDEX events_search_text ON ONLY events USING gin (json_words(data))");
    execute(
        "CREATE INDEX events_2023_05_search_text ON events_2023_05 USING gin (json_words(data))");
    execute(
        "UPDATE pg_index SET indisvalid = false"
            + " WHERE indexrelid = 'events_2023_05_search_text'::regclass");

    assertThat(search(SearchIndex.TEXT))
        .contains("events_2023_05: dropped what was broken off", "events_2023_05: in use");
    assertFinds(storage);
  }

  @Test
  void leaves_no_index_behind_that_a_broken_off_switch_has_made() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    Set<String> before = indexes("events_2023_05");
    String stray =
        "CREATE INDEX events_2023_05_search_text ON events_2023_05 USING gin (json_words(data))";

    execute(stray);
    assertThat(search(SearchIndex.OFF)).containsExactly("events_2023_05: dropped text");
    assertThat(indexes("events_2023_05")).isEqualTo(before);

    execute(stray);
    assertThat(search(SearchIndex.CONTAINMENT)).startsWith("events_2023_05: dropped text");
    assertThat(indexes("events_2023_05"))
        .noneMatch(definition -> definition.contains("json_words"));
  }

  @Test
  void an_index_that_has_to_wait_for_a_writer_is_not_begun_again() throws Exception {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    CompletableFuture<List<String>> switched;
    try (Connection writer = SERVER.jdbc();
        Statement writing = writer.createStatement()) {
      execute("CREATE INDEX events_search_text ON ONLY events USING gin (json_words(data))");
      writer.setAutoCommit(false);
      writing.execute("UPDATE events_2023_05 SET event_type = 't' WHERE position = 1");
      switched = indexFor(storage, SearchIndex.TEXT).collectList().toFuture();
      Await.done(
          Mono.fromCallable(() -> names(LONG_WAIT))
              .subscribeOn(Schedulers.boundedElastic())
              .filter(waiting -> !waiting.isEmpty())
              .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(50))));
      writer.rollback();
    }

    assertThat(Await.value(Mono.fromFuture(switched)))
        .contains("events_2023_05: indexed")
        .noneMatch(step -> step.contains("broken off"));
  }

  @Test
  void an_index_that_is_broken_off_each_time_is_given_up() throws SQLException {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    Set<String> before = indexes("events_2023_05");
    execute(
        "CREATE OR REPLACE FUNCTION json_words(data jsonb) RETURNS text[] LANGUAGE plpgsql IMMUTABLE"
            + " AS $$ BEGIN RAISE EXCEPTION 'too slow' USING ERRCODE = 'query_canceled'; END $$");

    assertThat(Await.failure(UnavailableException.class, indexFor(storage, SearchIndex.TEXT)))
        .hasMessageContaining("events_2023_05")
        .hasMessageContaining("broken off 4 times");
    assertThat(indexes("events_2023_05")).isEqualTo(before);
  }

  @Test
  void appends_go_on_while_it_is_switched() {
    UnifiedStorage storage = SERVER.storage();
    fill(storage, 0, OLD);
    Mono<Long> appends =
        Flux.range(0, 2_000)
            .concatMap(n -> storage.events().appendAll(Flux.just(event(EVENTS + n, OLD))).last())
            .count();

    var both =
        Mono.zip(appends, indexFor(storage, SearchIndex.CONTAINMENT).count()).block(PATIENCE);

    assertThat(both.getT1()).isEqualTo(2_000);
    assertThat(read(storage, EventFilter.all().where("$.n = 20077"))).hasSize(1);
  }

  private static List<RecordedEvent> read(UnifiedStorage storage, EventFilter filter) {
    return storage.events().read(EventQuery.forward(filter)).collectList().block(PATIENCE);
  }

  private static Set<String> indexes(String table) throws SQLException {
    return names(
        "SELECT indexdef FROM pg_indexes WHERE tablename = '"
            + table
            + "'"
            + " AND schemaname = current_schema()");
  }

  private static Set<String> names(String sql) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static void execute(String sql) throws SQLException {
    try (Connection connection = SERVER.jdbc();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
