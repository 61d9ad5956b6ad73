package io.holdfast.deadletter;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WaitingItemsTest {

  private final WaitingItems waiting = new WaitingItems();

  private static DeadLetterKey key(int n) {
    return new DeadLetterKey(new JobId("job"), new ItemId("i" + n));
  }

  @Test
  void items_are_due_in_the_order_of_their_times() {
    waiting.add(key(1), 1, 300);
    waiting.add(key(2), 1, 100);
    waiting.add(key(3), 1, 100);
    waiting.add(key(4), 1, 200);

    assertThat(waiting.nextDue()).isEqualTo(100);
    assertThat(waiting.due(10, 99)).isEmpty();
    assertThat(waiting.due(1, 200)).containsExactly(key(2));
    assertThat(waiting.due(10, 200)).isEqualTo(Set.of(key(2), key(3), key(4)));
  }

  @Test
  void a_time_may_be_on_the_other_side_of_the_longest_number() {
    waiting.add(key(1), 1, Long.MIN_VALUE + 5);
    waiting.add(key(2), 1, Long.MAX_VALUE - 5);

    assertThat(waiting.nextDue()).isEqualTo(Long.MAX_VALUE - 5);
    assertThat(waiting.due(10, Long.MAX_VALUE)).containsExactly(key(2));
  }

  @Test
  void tells_how_often_an_item_has_failed_and_forgets_it() {
    waiting.add(key(1), 2, 100);

    assertThat(waiting.remove(key(1))).isEqualTo(2);
    assertThat(waiting.remove(key(1))).isZero();
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.nextDue()).isNull();
  }

  @Test
  void an_item_that_is_held_is_due_when_it_is_released() {
    waiting.addHeld(key(1), 2, 100);

    assertThat(waiting.due(10, 1_000_000_000_000L)).isEmpty();
    waiting.release(key(1), 300);
    assertThat(waiting.due(10, 299)).isEmpty();
    assertThat(waiting.due(10, 300)).containsExactly(key(1));
    assertThat(waiting.remove(key(1))).isEqualTo(2);
  }

  @Test
  void an_item_that_was_taken_while_it_was_held_does_not_come_back() {
    waiting.addHeld(key(1), 2, 100);

    assertThat(waiting.remove(key(1))).as("whoever takes it knows").isEqualTo(2);
    waiting.release(key(1), 300);
    assertThat(waiting.isEmpty()).isTrue();
  }

  @Test
  void what_is_not_there_so_often_is_forgotten() {
    waiting.add(key(1), 2, 100);

    assertThat(waiting.missed(key(1), 200, 3)).isFalse();
    assertThat(waiting.nextDue()).isEqualTo(200);
    assertThat(waiting.missed(key(1), 300, 3)).isFalse();
    assertThat(waiting.missed(key(1), 400, 3)).isTrue();
    assertThat(waiting.isEmpty()).isTrue();
    assertThat(waiting.missed(key(1), 500, 3)).as("nobody asks for it any more").isFalse();
  }

  @Test
  void is_full_when_so_many_wait() {
    for (int n = 0; n < WaitingItems.MOST; n++) {
      assertThat(waiting.isFull()).isFalse();
      waiting.add(key(n), 1, n);
    }
    assertThat(waiting.isFull()).isTrue();
  }
}
