package io.holdfast.postgres;

import io.holdfast.event.SearchIndex;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a script says beside the rows.
 *
 * @param schema the schema of the store
 * @param version the newest version of it, which is the one that is made
 * @param head what comes before all rows
 */
record DumpScript(SchemaName schema, int version, String head) {

  private static final String HEAD =
      """
      -- A store of Holdfast in schema {schema}, version {version} of it. Makes it anew in a database that
      -- has no such schema, all of it or nothing:
      --   psql -X -q -f FILE postgresql://OWNER@HOST/DATABASE
      \\set ON_ERROR_STOP on
      BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;
      SET LOCAL client_encoding = 'UTF8';
      SET LOCAL standard_conforming_strings = on;
      SET LOCAL DateStyle = 'ISO';
      SET LOCAL TimeZone = 'UTC';
      SET LOCAL search_path = pg_catalog;
      SET LOCAL client_min_messages = warning;
      SET LOCAL statement_timeout = 0;
      SET LOCAL lock_timeout = 0;
      SET LOCAL idle_in_transaction_session_timeout = 0;

      """;

  /** What making the schema has written; the rows of the store that was exported follow. */
  private static final String EMPTY =
      """

      DELETE FROM {schema}.schema_history;
      DELETE FROM {schema}.store;
      """;

  private static final String SET_SEQUENCE = "SELECT setval('{schema}.%s', %d, %b);\n";

  private static final String TAIL =
      """
      UPDATE {schema}.store SET session_changes_forgotten =
        (SELECT last_value - (NOT is_called)::integer FROM {schema}.session_change);

      """;

  private static final String END =
      """
      ANALYZE {schema}.events;
      COMMIT;
      """;

  /** Reads the files of the schema, which is nothing for an event loop. */
  static DumpScript of(SchemaName schema) {
    List<SchemaFile> files = SchemaFile.all();
    int version = files.get(files.size() - 1).version();
    return new DumpScript(
        schema,
        version,
        schema.in(HEAD.replace("{version}", Integer.toString(version)))
            + SchemaUpgrade.script(schema)
            + schema.in(EMPTY));
  }

  String month(MonthTable month) {
    return "\n" + schema.in(PartitionKeeper.script(month.month()));
  }

  /** Before the rows of a table; what its triggers would do has been done. */
  String begin(DumpedTable table) {
    return "\n%sCOPY %s (%s) FROM stdin;\n"
        .formatted(triggers(table, "DISABLE"), name(table), table.names());
  }

  String end(DumpedTable table) {
    return "\\.\n" + triggers(table, "ENABLE");
  }

  private String triggers(DumpedTable table, String what) {
    return table.hasTriggers()
        ? "ALTER TABLE %s %s TRIGGER USER;\n".formatted(name(table), what)
        : "";
  }

  private String name(DumpedTable table) {
    return schema.value() + "." + table.name();
  }

  /** Behind the rows, which are quicker to index all at once. */
  String search(SearchIndex index) {
    return index == SearchIndex.OFF
        ? ""
        : schema.in("\n" + SearchSwitch.make(index) + ";\nSELECT {schema}.sample_all_lightly();\n");
  }

  String sequence(String name, long last, boolean isCalled) {
    return schema.in(String.format(Locale.ROOT, SET_SEQUENCE, name, last, isCalled));
  }

  /** The planner knows nothing yet of what was loaded. */
  String tail(List<DumpedTable> tables) {
    return schema.in(
        TAIL
            + tables.stream()
                .map(table -> "ANALYZE {schema}." + table.name() + ";\n")
                .collect(Collectors.joining())
            + END);
  }
}
