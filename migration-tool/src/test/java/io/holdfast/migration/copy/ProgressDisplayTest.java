package io.holdfast.migration.copy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {

  private final StringWriter out = new StringWriter();

  @Test
  void without_a_screen_prints_plain_lines_and_the_end_once() {
    show(Terminal.NONE);

    assertThat(out.toString()).doesNotContain("\r", "\u001b", "█");
    assertThat(out.toString().lines().filter(line -> line.contains("100%"))).hasSize(1);
    assertThat(out.toString()).contains("Copying", "1,500 of 1,500");
  }

  @Test
  void on_a_screen_draws_over_the_same_line_and_ends_it() {
    show(new Terminal(true, 60));

    assertThat(out.toString()).startsWith("\r").endsWith(System.lineSeparator());
    assertThat(out.toString()).contains("████████████████████████▏ 100%");
    assertThat(out.toString().strip().split("\r")).allMatch(line -> line.length() <= 59);
  }

  @Test
  void copes_with_more_records_than_were_counted() {
    try (Progress.Task task =
        new ProgressDisplay(new PrintWriter(out), Terminal.NONE).start("Copying", 1)) {
      task.advance("events", 3);
    }

    assertThat(out.toString()).contains("100%  3 of 3");
  }

  @Test
  void spells_out_what_could_move_the_cursor() {
    assertThat(Terminal.printable("a\u001b[2Jb\u009b\u202ec"))
        .isEqualTo("a\\u001b[2Jb\\u009b\\u202ec");
    assertThat(Terminal.printable("ä 😀 /")).isEqualTo("ä 😀 /");
  }

  private void show(Terminal terminal) {
    try (Progress.Task task =
        new ProgressDisplay(new PrintWriter(out), terminal).start("Copying", 1_500)) {
      task.advance("sessions", 500);
      task.advance("events", 1_000);
    }
  }
}
