package io.holdfast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class PositionTest {

  @Test
  void a_position_covers_itself_and_what_came_before() {
    Position five = new Position("5");

    assertThat(five.covers(five)).isTrue();
    assertThat(five.covers(new Position("4"))).isTrue();
    assertThat(five.covers(Position.BEGINNING)).isTrue();
    assertThat(five.covers(new Position("6"))).isFalse();
    assertThat(new Position("10").covers(new Position("9"))).as("by number, not by text").isTrue();
  }

  @Test
  void the_beginning_covers_only_itself() {
    assertThat(Position.BEGINNING.covers(Position.BEGINNING)).isTrue();
    assertThat(Position.BEGINNING.covers(new Position("1"))).isFalse();
    assertThat(Position.BEGINNING.covers(new Position("a:1"))).isFalse();
  }

  @Test
  void a_position_over_several_logs_covers_another_when_every_log_does() {
    Position here = new Position("a:5,b:7");

    assertThat(here.covers(new Position("b:7,a:5"))).isTrue();
    assertThat(here.covers(new Position("a:4,b:7"))).isTrue();
    assertThat(here.covers(new Position("a:5"))).isTrue();
    assertThat(here.covers(new Position("a:6,b:1"))).isFalse();
    assertThat(here.covers(new Position("c:1"))).as("a log it knows nothing of").isFalse();
    assertThat(here.covers(new Position("c:0"))).isTrue();
  }

  @Test
  void two_positions_may_cover_neither_the_other() {
    Position left = new Position("a:1,b:2");
    Position right = new Position("a:2,b:1");

    assertThat(left.covers(right)).isFalse();
    assertThat(right.covers(left)).isFalse();
  }

  @Test
  void reads_and_prints_its_text() {
    for (String text : List.of("0", "7", "9".repeat(18), "eu-1:5", "a:0,b_2:999999999999999999")) {
      assertThat(new Position(text)).hasToString(text);
    }
  }

  @Test
  void refuses_text_that_is_no_position() {
    for (String text :
        List.of("", "-1", "1.0", "x", " 1", "9".repeat(19), "a:", ":1", "A:1", "a:1,", "a:1,2")) {
      assertThatThrownBy(() -> new Position(text))
          .as(text)
          .isInstanceOf(InvalidInputException.class);
    }
    assertThatThrownBy(() -> new Position(null)).isInstanceOf(NullPointerException.class);
  }
}
