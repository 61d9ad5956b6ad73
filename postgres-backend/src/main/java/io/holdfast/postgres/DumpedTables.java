package io.holdfast.postgres;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Which tables a script has, and which columns of them. A table that is in neither list is not of
 * this library, and is left alone; a test looks that the schema makes no such table.
 */
record DumpedTables(List<DumpedTable> tables, List<MonthDump> months) {

  /**
   * What a store is, in an order in which a row comes after those that it refers to. The history
   * and the row of the store take the place of what making the schema has written: a restored store
   * is the same one, with the id under which its archive is kept, and the same search index.
   * Batches make an append safe to repeat whose outcome was unknown. Heads, counts and notes of
   * months could be made of other rows only in part: they also know what was deleted. Leases and
   * members are those of processes, which may still be there; if not, they run out by themselves.
   */
  static final List<String> STATE =
      List.of(
          "schema_history",
          "store",
          "job_heads",
          "event_batches",
          "position_months",
          "archived_months",
          "sessions",
          "checkpoint_heads",
          "checkpoints",
          "checkpoint_packs",
          "dead_letters",
          "dead_letter_states",
          "workflows",
          "executions",
          "execution_counts",
          "locks",
          "lock_shares",
          "subscriptions",
          "subscription_slices",
          "subscription_members",
          "subscription_held_jobs");

  /**
   * What is not written, and why. {@code events} is empty itself: its months are written, those
   * that readers see and that have any. {@code lock_queue} has the processes that wait right now,
   * and who is lost there comes again. {@code session_changes} is forgotten after minutes: the
   * script says that it is, and readers look at all sessions once. {@code migration} and its chunks
   * are how this store was filled, which is not part of what it holds; nor are events that are
   * being copied into it, until all are there.
   */
  static final List<String> LEFT_OUT =
      List.of(
          "events",
          "events_loading",
          "lock_queue",
          "session_changes",
          "migration",
          "migration_chunks");

  /**
   * What the row of the store says that is not written: what is forgotten of the changes, as the
   * script says that itself; and where the store has moved to, as what is restored has not.
   */
  private static final Set<String> OF_THIS_PLACE = Set.of("session_changes_forgotten", "moved");

  private static final String COLUMNS =
      """
      SELECT c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod), a.attlen = -1,
        coalesce(array_position(i.indkey::smallint[], a.attnum) + 1, 0)::bigint,
        EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal)
      FROM pg_class c
      JOIN pg_attribute a
        ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
      WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'r' AND c.relname = ANY($2)
      ORDER BY c.relname, a.attnum
      """;

  /** A month, and the table that its events are in. */
  record MonthDump(MonthTable month, DumpedTable table) {}

  private record Row(String table, DumpedColumn column, int placeInKey, boolean hasTriggers) {

    static Row of(Columns row) {
      return new Row(
          row.text(0),
          new DumpedColumn(row.text(1), row.text(2), row.flag(3)),
          (int) row.number(4),
          row.flag(5));
    }
  }

  /** Looks up what there is. */
  static Mono<DumpedTables> find(SqlRunner runner, SchemaName schema) {
    return new MonthTables(runner, schema)
        .all()
        .map(months -> months.stream().filter(MonthTable::isLive).toList())
        .flatMap(
            months -> {
              String[] names =
                  Stream.concat(STATE.stream(), months.stream().map(MonthTable::name))
                      .toArray(String[]::new);
              return runner
                  .list(Sql.of(COLUMNS, schema.value(), names), Row::of)
                  .map(rows -> of(tables(rows), months));
            });
  }

  private static DumpedTables of(Map<String, DumpedTable> found, List<MonthTable> months) {
    Function<String, DumpedTable> table =
        name -> Objects.requireNonNull(found.get(name), () -> "There is no table " + name);
    return new DumpedTables(
        STATE.stream().map(table).toList(),
        months.stream()
            .map(month -> new MonthDump(month, byPosition(table.apply(month.name()))))
            .toList());
  }

  /** As the rows lie, so that they are read one after the other, not each from another page. */
  private static DumpedTable byPosition(DumpedTable month) {
    return month.sortedBy("position", "job_id", "version");
  }

  private static Map<String, DumpedTable> tables(List<Row> rows) {
    return rows.stream()
        .collect(Collectors.groupingBy(Row::table, LinkedHashMap::new, Collectors.toList()))
        .entrySet()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, table -> table(table.getValue())));
  }

  private static DumpedTable table(List<Row> rows) {
    List<Row> written =
        rows.stream().filter(row -> !OF_THIS_PLACE.contains(row.column().name())).toList();
    List<DumpedColumn> columns = written.stream().map(Row::column).toList();
    List<DumpedColumn> key =
        written.stream()
            .filter(row -> row.placeInKey() > 0)
            .sorted(Comparator.comparingInt(Row::placeInKey))
            .map(Row::column)
            .toList();
    return new DumpedTable(
        rows.get(0).table(), columns, key.isEmpty() ? columns : key, rows.get(0).hasTriggers());
  }

  /** All tables, those of months behind the others. */
  List<DumpedTable> all() {
    return Stream.concat(tables.stream(), months.stream().map(MonthDump::table)).toList();
  }
}
