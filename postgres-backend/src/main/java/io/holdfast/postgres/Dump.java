package io.holdfast.postgres;

import io.holdfast.SqlExport.Part;
import io.holdfast.SqlExport.Script;
import io.holdfast.UnavailableException;
import io.holdfast.event.SearchIndex;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes a whole store as a script, inside one transaction that sees one moment. */
final class Dump {

  /** Values are written alike whoever asks. What takes long is broken off by whoever waits. */
  private static final String SETTINGS =
      """
      SET TRANSACTION READ ONLY;
      SET LOCAL TimeZone = 'UTC';
      SET LOCAL DateStyle = 'ISO, MDY';
      SET LOCAL IntervalStyle = 'postgres';
      SET LOCAL bytea_output = 'hex';
      SET LOCAL extra_float_digits = 1;
      SET LOCAL statement_timeout = 0
      """;

  /** A page is walked to along the key, also where the planner thinks that the table is small. */
  private static final String ALONG_KEYS =
      """
      SET LOCAL enable_seqscan = off;
      SET LOCAL enable_bitmapscan = off;
      SET LOCAL enable_sort = off;
      SET LOCAL jit = off
      """;

  private static final String VERSION =
      "SELECT max(version)::bigint FROM {schema}.schema_history WHERE version > $1";

  /** Nobody takes a table away, or gives it other columns. With {@code events} go its months. */
  private static final String LOCK = "LOCK TABLE %s IN ACCESS SHARE MODE";

  private static final String COUNT = "SELECT count(*) FROM {schema}.%s WHERE $1";

  private static final String SEARCH = "SELECT search FROM {schema}.store WHERE $1";

  private static final String SEQUENCES =
      """
      SELECT c.relname::text
      FROM pg_class c
      WHERE c.relnamespace = to_regnamespace($1) AND c.relkind = 'S'
      ORDER BY c.relname COLLATE "C"
      """;

  private static final String SEQUENCE = "SELECT last_value, is_called FROM {schema}.%s WHERE $1";

  private final SqlRunner tx;
  private final SchemaName schema;
  private final DumpScript script;

  /** {@code tx} is a transaction at REPEATABLE READ. */
  Dump(SqlRunner tx, DumpScript script) {
    this.tx = tx;
    this.schema = script.schema();
    this.script = script;
  }

  Mono<Script> script() {
    return tx.execute(SETTINGS)
        .then(Mono.defer(this::requireOurVersion))
        .then(Mono.defer(() -> DumpedTables.find(tx, schema)))
        .flatMap(tables -> lock(tables).thenReturn(tables))
        .flatMap(tables -> counts(tables).map(counts -> script(tables, counts)))
        .flatMap(whole -> tx.execute(ALONG_KEYS).thenReturn(whole));
  }

  /** This library cannot make a newer schema, which it could work on. */
  private Mono<Void> requireOurVersion() {
    return tx.first(Sql.of(schema.in(VERSION), 0), row -> row.number(0))
        .filter(version -> version != script.version())
        .flatMap(
            version ->
                Mono.error(
                    () ->
                        new UnavailableException(
                            "Schema %s is at version %d; this library exports %d"
                                .formatted(schema.value(), version, script.version()))));
  }

  private Mono<Void> lock(DumpedTables tables) {
    String names =
        tables.tables().stream()
            .map(table -> ", {schema}." + table.name())
            .collect(Collectors.joining());
    return tx.execute(schema.in(LOCK.formatted("{schema}.events" + names)));
  }

  /** Of those that have rows. */
  private Mono<Map<String, Long>> counts(DumpedTables tables) {
    return Flux.fromIterable(tables.all())
        .concatMap(
            table ->
                tx.first(
                    Sql.of(schema.in(COUNT.formatted(table.name())), true),
                    row -> Map.entry(table.name(), row.number(0))))
        .filter(count -> count.getValue() > 0)
        .collect(HashMap::new, (map, count) -> map.put(count.getKey(), count.getValue()));
  }

  private Script script(DumpedTables tables, Map<String, Long> counts) {
    List<DumpedTable> filled =
        tables.tables().stream().filter(table -> counts.containsKey(table.name())).toList();
    Flux<Part> months =
        Flux.fromIterable(tables.months())
            .filter(month -> counts.containsKey(month.table().name()))
            .concatMap(
                month -> text(script.month(month.month())).concatWith(rows(month.table())), 0);
    Flux<Part> parts =
        Flux.concat(
            text(script.head()),
            Flux.fromIterable(filled).concatMap(this::rows, 0),
            months,
            search(),
            text("\n"),
            sequences(),
            text(script.tail(filled)));
    return new Script(counts.values().stream().mapToLong(Long::longValue).sum(), parts);
  }

  private Flux<Part> rows(DumpedTable table) {
    return Flux.concat(
        text(script.begin(table)),
        new DumpPages(tx, schema, table).parts(),
        text(script.end(table)));
  }

  private Mono<Part> search() {
    return tx.first(Sql.of(schema.in(SEARCH), true), row -> SearchIndex.of(row.text(0)))
        .flatMap(index -> text(script.search(index)));
  }

  private Flux<Part> sequences() {
    return tx.list(Sql.of(SEQUENCES, schema.value()), row -> row.text(0))
        .flatMapIterable(names -> names)
        .concatMap(
            name ->
                tx.first(
                    Sql.of(schema.in(SEQUENCE.formatted(name)), true),
                    row -> script.sequence(name, row.number(0), row.flag(1))))
        .concatMap(Dump::text);
  }

  private static Mono<Part> text(String text) {
    return Mono.fromSupplier(
        () -> new Part("", 0, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8))));
  }
}
