package io.holdfast.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Names;
import io.holdfast.Position;
import io.holdfast.deadletter.ItemId;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Under which items events are put to the dead letters. */
class LetterItemsTest {

  private static final Position NINE = new Position("9");
  private static final Position TEN = new Position("10");

  private static LetterItems items(String name) {
    return new LetterItems(new SubscriptionName(name));
  }

  @Test
  void an_item_is_the_name_and_the_position() {
    assertThat(items("billing").of(TEN).value()).isEqualTo("billing@000000000000000010");
    assertThat(items("a@b").of(TEN).value()).isEqualTo("a@@b@000000000000000010");
    String longest = "x".repeat(200);
    assertThat(items(longest).of(TEN).value()).isEqualTo(longest + "@000000000000000010");
  }

  @Test
  void no_two_positions_share_an_item_whatever_the_name() {
    for (int signs = 30; signs <= 200; signs++) {
      LetterItems items = items("@".repeat(signs) + "x".repeat(200 - signs));
      ItemId nine = items.of(NINE);
      ItemId ten = items.of(TEN);

      assertThat(Names.ORDER.compare(nine.value(), ten.value())).isNegative();
      assertThat(Names.ORDER.compare(items.before().value(), nine.value())).isNegative();
      assertThat(List.of(nine, ten)).allMatch(items::isOwn).noneMatch(items::isBehind);
    }
  }

  @Test
  void nobody_elses_item_is_taken_for_an_own_one() {
    LetterItems items = items("billing");

    assertThat(
            Stream.of(
                "billing",
                "billing@",
                "billing@-1",
                "billing@1",
                "billing@000000000000000010x",
                "billing@@x@000000000000000010",
                "bill@000000000000000010"))
        .noneMatch(item -> items.isOwn(new ItemId(item)));
    assertThat(items("@".repeat(200)).isOwn(items("@".repeat(199)).of(TEN))).isFalse();
  }

  @Test
  void what_sorts_behind_the_last_position_is_behind() {
    LetterItems items = items("billing");

    assertThat(items.isBehind(items("billing@").of(NINE))).isTrue();
    assertThat(items.isBehind(new ItemId("billing@-1"))).isFalse();
  }
}
