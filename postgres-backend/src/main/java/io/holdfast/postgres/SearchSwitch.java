package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import io.holdfast.event.SearchIndex;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Switches the search index of a store that is in use. Month by month, concurrently, then under one
 * index of the parent, so that months to come get it with their table. Each step is one statement
 * and is found by looking at what is there, so a switch that was broken off is finished by running
 * it again. Readers use an index only when the store says that it is whole.
 */
final class SearchSwitch {

  private static final int ATTEMPTS = 30;

  /** How often an index of a month is begun again; each time may take as long as the first. */
  private static final int REBUILDS = 3;

  /** Of each month: whether its index is part of the parent's, and one of its own that is not. */
  private static final String MONTHS =
      """
      SELECT c.relname::text,
        EXISTS (
          SELECT
          FROM pg_inherits k
          JOIN pg_index x ON x.indexrelid = k.inhrelid
          WHERE k.inhparent = to_regclass($2) AND x.indrelid = c.oid),
        own.indisvalid
      FROM pg_inherits i
      JOIN pg_class c ON c.oid = i.inhrelid
      LEFT JOIN pg_class n ON n.relnamespace = c.relnamespace AND n.relname = c.relname || $3
      LEFT JOIN pg_index own ON own.indexrelid = n.oid AND own.indrelid = c.oid
      WHERE i.inhparent = to_regclass($1) AND NOT i.inhdetachpending
      ORDER BY c.relname DESC
      """;

  private static final String STATE =
      """
      SELECT search, to_regclass($1) IS NOT NULL, to_regclass($2) IS NOT NULL
      FROM {schema}.store
      """;

  /**
   * Indexes of months for other kinds that no parent knows: left by a switch that was broken off.
   */
  private static final String STRAYS =
      """
      SELECT t.relname::text, kind
      FROM unnest($2::text[]) AS kind
      CROSS JOIN pg_inherits i
      JOIN pg_class t ON t.oid = i.inhrelid
      JOIN pg_index x ON x.indrelid = t.oid
      JOIN pg_class c ON c.oid = x.indexrelid AND c.relname = t.relname || '_search_' || kind
      WHERE i.inhparent = to_regclass($1) AND NOT i.inhdetachpending
        AND NOT EXISTS (SELECT FROM pg_inherits k WHERE k.inhrelid = c.oid)
      ORDER BY t.relname DESC
      LIMIT 1
      """;

  private static final String SAY = "UPDATE {schema}.store SET search = '%s'";
  private static final String MAKE_PARENT =
      "CREATE INDEX events_search_%1$s ON ONLY {schema}.events USING gin (%2$s)";
  private static final String DROP_PARENT =
      "DROP INDEX {schema}.events_search_%s; SELECT {schema}.sample_all_lightly()";
  private static final String MAKE_MONTH =
      "CREATE INDEX CONCURRENTLY %1$s_search_%2$s ON {schema}.%1$s USING gin (%3$s)";
  private static final String DROP_MONTH = "DROP INDEX CONCURRENTLY {schema}.%1$s_search_%2$s";

  /** The planner has to know what is in the index before it can choose it. */
  private static final String ATTACH =
      "SELECT {schema}.sample_lightly('{schema}.%1$s'); ANALYZE {schema}.%1$s; ALTER INDEX {schema}.events_search_%2$s ATTACH PARTITION {schema}.%1$s_search_%2$s";

  private final SqlRunner maintenance;
  private final SqlRunner concurrently;
  private final SchemaName schema;
  private final SearchIndex wanted;

  /**
   * Both are outside any transaction. {@code maintenance} waits for locks only briefly, because
   * others queue up behind it; {@code concurrently} as long as it takes, because they do not.
   */
  SearchSwitch(
      SqlRunner maintenance, SqlRunner concurrently, SchemaName schema, SearchIndex wanted) {
    this.maintenance = maintenance;
    this.concurrently = concurrently;
    this.schema = schema;
    this.wanted = wanted;
  }

  /** A statement, and what it does in words; {@code retried} if it is to be done anew. */
  private record Step(String sql, String words, boolean concurrent, @Nullable String retried) {

    Step(String sql, String words) {
      this(sql, words, false, null);
    }

    static Step concurrent(String sql, String words) {
      return new Step(sql, words, true, null);
    }
  }

  /** What the store says, and which parents there are. */
  private record State(String says, boolean hasContainment, boolean hasText) {

    boolean has(SearchIndex index) {
      return index == SearchIndex.CONTAINMENT ? hasContainment : hasText;
    }
  }

  /** A month; {@code valid} is of an index of its own, {@code null} if it has none. */
  private record Month(String table, boolean attached, @Nullable Boolean valid) {}

  /** What was done, step by step. */
  Flux<String> run() {
    return Flux.defer(
        () -> {
          Map<String, Integer> rebuilds = new HashMap<>();
          return PostgresRelocation.requireHere(maintenance, schema)
              .thenMany(Flux.defer(this::steps))
              .map(
                  step -> {
                    requireFew(rebuilds, step.retried());
                    return step.words();
                  });
        });
  }

  private static void requireFew(Map<String, Integer> rebuilds, @Nullable String table) {
    if (table != null && rebuilds.merge(table, 1, Integer::sum) > REBUILDS) {
      throw new UnavailableException(
          "The index of "
              + table
              + " was broken off "
              + (REBUILDS + 1)
              + " times; the server's log says why. It was dropped");
    }
  }

  private Flux<Step> steps() {
    return Mono.defer(this::nextStep)
        .flatMap(step -> runnerOf(step).execute(schema.in(step.sql())).thenReturn(step))
        .retryWhen(
            Retry.backoff(ATTEMPTS, Duration.ofMillis(100))
                .maxBackoff(Duration.ofSeconds(2))
                .filter(UnavailableException.class::isInstance)
                .onRetryExhaustedThrow((spec, signal) -> signal.failure()))
        .repeatWhen(done -> done.takeWhile(steps -> steps > 0));
  }

  private SqlRunner runnerOf(Step step) {
    return step.concurrent() ? concurrently : maintenance;
  }

  /** Empty when everything is as wanted. */
  private Mono<Step> nextStep() {
    return maintenance
        .first(
            Sql.of(schema.in(STATE), parent(SearchIndex.CONTAINMENT), parent(SearchIndex.TEXT)),
            row -> new State(row.text(0), row.flag(1), row.flag(2)))
        .flatMap(
            state ->
                Mono.justOrEmpty(sayOff(state))
                    .switchIfEmpty(Mono.defer(this::withoutStrays))
                    .switchIfEmpty(Mono.defer(() -> Mono.justOrEmpty(withoutOthers(state))))
                    .switchIfEmpty(Mono.defer(() -> towardsWanted(state))));
  }

  private Optional<Step> sayOff(State state) {
    if (!state.says().equals(wanted.word()) && !state.says().equals(SearchIndex.OFF.word())) {
      return Optional.of(
          new Step(SAY.formatted(SearchIndex.OFF.word()), "readers no longer use " + state.says()));
    }
    return Optional.empty();
  }

  private Mono<Step> withoutStrays() {
    String[] kinds = others().map(SearchIndex::word).toArray(String[]::new);
    return maintenance.first(
        Sql.of(STRAYS, schema.in("{schema}.events"), kinds),
        row ->
            Step.concurrent(
                DROP_MONTH.formatted(row.text(0), row.text(1)),
                row.text(0) + ": dropped " + row.text(1)));
  }

  private Stream<SearchIndex> others() {
    return Stream.of(SearchIndex.CONTAINMENT, SearchIndex.TEXT).filter(other -> other != wanted);
  }

  private Optional<Step> withoutOthers(State state) {
    return others()
        .filter(state::has)
        .findFirst()
        .map(other -> new Step(DROP_PARENT.formatted(other.word()), "dropped " + other.word()));
  }

  private Mono<Step> towardsWanted(State state) {
    if (wanted == SearchIndex.OFF) {
      return Mono.empty();
    }
    String word = wanted.word();
    if (!state.has(wanted)) {
      return Mono.just(
          new Step(MAKE_PARENT.formatted(word, expression(wanted)), "months to come: " + word));
    }
    return maintenance
        .list(
            Sql.of(MONTHS, schema.in("{schema}.events"), parent(wanted), "_search_" + word),
            row -> new Month(row.text(0), row.flag(1), row.flagOrNull(2)))
        .flatMap(months -> Mono.justOrEmpty(ofMonths(months).or(() -> say(state))));
  }

  private Optional<Step> ofMonths(List<Month> months) {
    return months.stream().filter(month -> !month.attached()).findFirst().map(this::ofMonth);
  }

  private Step ofMonth(Month month) {
    String table = month.table();
    String word = wanted.word();
    if (month.valid() == null) {
      return Step.concurrent(
          MAKE_MONTH.formatted(table, word, expression(wanted)), table + ": indexed");
    }
    return month.valid()
        ? new Step(ATTACH.formatted(table, word), table + ": in use")
        : new Step(
            DROP_MONTH.formatted(table, word),
            table + ": dropped what was broken off",
            true,
            table);
  }

  private Optional<Step> say(State state) {
    return state.says().equals(wanted.word())
        ? Optional.empty()
        : Optional.of(new Step(SAY.formatted(wanted.word()), "readers use " + wanted.word()));
  }

  /** Makes all of {@code index} at once, in a store that nobody uses yet. */
  static String make(SearchIndex index) {
    return MAKE_PARENT.replace(" ON ONLY ", " ON ").formatted(index.word(), expression(index));
  }

  private static String expression(SearchIndex index) {
    return index == SearchIndex.TEXT ? "{schema}.json_words(data)" : "data jsonb_path_ops";
  }

  private String parent(SearchIndex index) {
    return schema.in("{schema}.events_search_" + index.word());
  }
}
