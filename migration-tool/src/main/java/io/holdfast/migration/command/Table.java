package io.holdfast.migration.command;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows under a heading, each column as wide as the widest of its cells. */
final class Table {

  private static final String GAP = "  ";

  private final List<Boolean> right = new ArrayList<>();
  private final List<String> headings = new ArrayList<>();
  private final List<List<String>> rows = new ArrayList<>();

  /** The next column, for text. */
  Table left(String heading) {
    return column(heading, false);
  }

  /** The next column, for numbers. */
  Table right(String heading) {
    return column(heading, true);
  }

  private Table column(String heading, boolean isRight) {
    headings.add(heading);
    right.add(isRight);
    return this;
  }

  /** A row, a cell for each column. */
  void row(Object... cells) {
    if (cells.length != headings.size()) {
      throw new IllegalArgumentException(
          "A row of " + cells.length + " cells in a table of " + headings.size());
    }
    rows.add(Arrays.stream(cells).map(String::valueOf).toList());
  }

  /** Prints the headings, then the rows. */
  void print(PrintWriter out) {
    int[] widths = new int[headings.size()];
    measure(headings, widths);
    rows.forEach(row -> measure(row, widths));
    out.println(line(headings, widths));
    rows.forEach(row -> out.println(line(row, widths)));
    out.flush();
  }

  private static void measure(List<String> cells, int[] widths) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], length(cells.get(i)));
    }
  }

  private static int length(String cell) {
    return cell.codePointCount(0, cell.length());
  }

  private String line(List<String> cells, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String space = " ".repeat(widths[i] - length(cells.get(i)));
      line.append(i == 0 ? "" : GAP)
          .append(right.get(i) ? space + cells.get(i) : cells.get(i) + space);
    }
    return line.toString().stripTrailing();
  }
}
