package io.holdfast.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table that is written into a script.
 *
 * @param name its name
 * @param columns what is written of it
 * @param key what it is sorted by; all columns if it has no key, and then no row is written twice
 * @param hasTriggers true if loading it would do more than that
 */
record DumpedTable(
    String name, List<DumpedColumn> columns, List<DumpedColumn> key, boolean hasTriggers) {

  /**
   * As many bytes as they are stored. Documents may be written a hundred times as long as they are
   * stored, so a page may be some tens of megabytes, and is mostly one.
   */
  private static final int PAGE_BYTES = 256 << 10;

  /**
   * The innermost query walks the index of the key and fetches nothing that lies beside its row;
   * the one around it cuts what would be too much; only the rest is written out.
   */
  private static final String PAGE =
      """
      SELECT ROW({texts})
      FROM (
        SELECT r.*, sum({bytes}) OVER (ORDER BY {key} ROWS UNBOUNDED PRECEDING) - ({bytes}) AS bytes_before
        FROM (
          SELECT {distinct}{columns}
          FROM {schema}.{table}
          WHERE {behind}
          ORDER BY {key}
          LIMIT $1
        ) r
      ) p
      WHERE p.bytes_before < {most}
      ORDER BY {key}
      """;

  DumpedTable {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** As this one, sorted by other columns. */
  DumpedTable sortedBy(String... names) {
    return new DumpedTable(
        name,
        columns,
        Stream.of(names).map(wanted -> columns.get(place(wanted))).toList(),
        hasTriggers);
  }

  private int place(String column) {
    return columns.stream().map(DumpedColumn::name).toList().indexOf(column);
  }

  /** Selects a page of {@code $1} rows at most, behind the key {@code $2, ...} or from the top. */
  String page(boolean isFirst) {
    return PAGE.replace("{texts}", list(columns, DumpedColumn::asText))
        .replace(
            "{bytes}",
            columns.stream().map(DumpedColumn::storedBytes).collect(Collectors.joining(" + ")))
        .replace("{distinct}", key.size() == columns.size() ? "DISTINCT " : "")
        .replace("{columns}", names())
        .replace("{table}", name)
        .replace("{behind}", isFirst ? "true" : "(" + keyNames() + ") > (" + parameters() + ")")
        .replace("{key}", keyNames())
        .replace("{most}", Integer.toString(PAGE_BYTES));
  }

  private String parameters() {
    List<String> parameters = new ArrayList<>();
    for (DumpedColumn column : key) {
      parameters.add(column.parameter(parameters.size() + 2));
    }
    return String.join(", ", parameters);
  }

  /** The key of a row, as texts. */
  List<String> keyOf(RecordBytes row) {
    return key.stream().map(column -> row.text(place(column.name()))).toList();
  }

  /** The columns, for COPY. */
  String names() {
    return list(columns, DumpedColumn::name);
  }

  private String keyNames() {
    return list(key, DumpedColumn::name);
  }

  private static String list(List<DumpedColumn> columns, Function<DumpedColumn, String> writer) {
    return columns.stream().map(writer).collect(Collectors.joining(", "));
  }
}
