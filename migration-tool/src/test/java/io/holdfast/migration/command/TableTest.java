package io.holdfast.migration.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class TableTest {

  private final Table table = new Table().left("name").right("count").left("end");

  private String printed() {
    StringWriter text = new StringWriter();
    table.print(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void columns_are_as_wide_as_what_is_in_them() {
    table.row("a", 1, "x");
    table.row("a name that is longer than its heading", 1_234_567, "");
    table.row("\uD83D\uDE00", "12", "y y");

    assertThat(printed().lines())
        .containsExactly(
            "name                                      count  end",
            "a                                             1  x",
            "a name that is longer than its heading  1234567",
            "\uD83D\uDE00                                            12  y y");
  }

  @Test
  void without_rows_there_are_the_headings() {
    assertThat(printed().lines()).containsExactly("name  count  end");
  }

  @Test
  void a_row_has_a_cell_for_each_column() {
    assertThatThrownBy(() -> table.row("a", "b")).isInstanceOf(IllegalArgumentException.class);
  }
}
