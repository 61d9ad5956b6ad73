package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class HorizonTest {

  private static final long ROUND = 1L << 31;

  @Test
  void is_the_last_position_when_nobody_writes() {
    assertThat(Horizon.below(17, List.of())).isEqualTo(17);
  }

  @Test
  void is_the_smallest_floor_of_those_who_write() {
    assertThat(Horizon.below(17, List.of(12L, 9L, 16L))).isEqualTo(9);
  }

  @Test
  void is_not_moved_by_a_writer_that_started_after_the_look_at_the_sequence() {
    assertThat(Horizon.below(17, List.of(18L, 25L))).isEqualTo(17);
  }

  @Test
  void finds_a_floor_of_the_round_before_when_the_key_has_wrapped() {
    long last = 5 * ROUND + 3;
    long floor = 5 * ROUND - 4;

    assertThat(Horizon.below(last, List.of(floor & Horizon.FLOOR_BITS))).isEqualTo(floor);
  }

  @Test
  void passes_over_a_floor_of_the_round_after() {
    long last = 5 * ROUND - 4;
    long floor = 5 * ROUND + 3;

    assertThat(Horizon.below(last, List.of(floor & Horizon.FLOOR_BITS)))
        .as("a later floor is at worst taken for an earlier one, never the other way round")
        .isLessThanOrEqualTo(last);
  }
}
