package io.holdfast.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BackoffTest {

  private static List<Long> millis(Backoff backoff, int attempts) {
    return IntStream.rangeClosed(1, attempts)
        .mapToObj(failed -> backoff.after(failed).toMillis())
        .toList();
  }

  @Test
  void none_is_at_once() {
    assertThat(millis(Backoff.none(), 3)).containsExactly(0L, 0L, 0L);
  }

  @Test
  void fixed_is_always_as_long() {
    assertThat(millis(Backoff.fixed(Duration.ofMillis(70)), 3)).containsExactly(70L, 70L, 70L);
  }

  @Test
  void exponential_doubles_up_to_the_longest() {
    Backoff backoff = Backoff.exponential(Duration.ofMillis(100), Duration.ofMillis(1_000));

    assertThat(millis(backoff, 6)).containsExactly(100L, 200L, 400L, 800L, 1_000L, 1_000L);
    assertThat(backoff.after(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void any_factor_will_do_and_the_first_may_not_be_longer_than_the_longest() {
    assertThat(millis(new Backoff(Duration.ofMillis(1), 10, Duration.ofHours(1)), 4))
        .containsExactly(1L, 10L, 100L, 1_000L);
    assertThat(millis(Backoff.exponential(Duration.ofSeconds(9), Duration.ofSeconds(4)), 2))
        .containsExactly(4_000L, 4_000L);
    assertThat(millis(Backoff.exponential(Duration.ZERO, Duration.ofSeconds(4)), 3))
        .containsExactly(0L, 0L, 0L);
  }
}
