package io.holdfast.postgres;

import io.holdfast.event.EventMonth;
import java.time.YearMonth;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Looks up which tables of months there are, and what is in them. */
final class MonthTables {

  /** A month of more than this is not counted, if the planner has an estimate. */
  private static final long COUNTED_BYTES_MAX = 64L << 20;

  private static final String TABLES =
      """
      SELECT c.relname::text, i.inhrelid IS NOT NULL, coalesce(i.inhdetachpending, false),
        EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'month_sealed'),
        c.reltuples::bigint, c.oid::bigint
      FROM pg_class c
      LEFT JOIN pg_inherits i ON i.inhrelid = c.oid AND i.inhparent = to_regclass($1)
      WHERE c.relnamespace = (SELECT p.relnamespace FROM pg_class p WHERE p.oid = to_regclass($1))
        AND c.relkind = 'r'
        AND c.relname ~ '^events_[0-9]{4}_[0-9]{2}(_detached_[0-9]+)?$'
      ORDER BY c.relname COLLATE "C"
      """;

  /** Waits while the table is being altered, so it is not asked for when nobody wants to know. */
  private static final String SIZE =
      "SELECT coalesce(pg_total_relation_size($1::bigint::oid::regclass), 0)";

  /** The ends are looked up in the index; the count is given, or made. */
  private static final String CONTENT =
      """
      SELECT coalesce($1::bigint, (SELECT count(*) FROM {schema}.{table})),
        (SELECT min(position) FROM {schema}.{table}), (SELECT max(position) FROM {schema}.{table})
      """;

  private final SqlRunner runner;
  private final SchemaName schema;

  MonthTables(SqlRunner runner, SchemaName schema) {
    this.runner = runner;
    this.schema = schema;
  }

  /** All of them, by name; never empty, the list may be. */
  Mono<List<MonthTable>> all() {
    return runner.list(Sql.of(TABLES, schema.in("{schema}.events")), MonthTable::of);
  }

  /** Those of one month: at most one of them live. */
  Mono<List<MonthTable>> of(YearMonth month) {
    return all().map(all -> all.stream().filter(table -> table.month().equals(month)).toList());
  }

  /** What is in a table; empty if it has gone meanwhile. */
  Mono<EventMonth> describe(MonthTable table) {
    return runner
        .first(Sql.of(SIZE, table.oid()), row -> row.number(0))
        .flatMap(bytes -> describe(table, bytes))
        .onErrorResume(SqlErrors::isMissingTable, gone -> Mono.empty());
  }

  private Mono<EventMonth> describe(MonthTable table, long bytes) {
    boolean isCounted = bytes <= COUNTED_BYTES_MAX || table.estimate() < 0;
    String sql = schema.in(CONTENT).replace("{table}", table.name());
    return runner.first(
        Sql.of(sql, Sql.orNull(Long.class, isCounted ? null : table.estimate())),
        row ->
            new EventMonth(
                table.month(),
                table.state(),
                row.number(0),
                isCounted,
                bytes,
                row.isNull(1) ? null : Positions.of(row.number(1)),
                row.isNull(2) ? null : Positions.of(row.number(2))));
  }

  /** What is in each of {@code tables}, one after the other. */
  Flux<EventMonth> describe(List<MonthTable> tables) {
    return Flux.fromIterable(tables).concatMap(this::describe);
  }
}
