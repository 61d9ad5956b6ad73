package io.holdfast.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;

/** Lists of what has come meanwhile, bounded by count and by size. */
class GatherTest {

  private static final long MEGABYTE = 1 << 20;

  private final AtomicLong asked = new AtomicLong();
  private final Lists lists = new Lists();

  /** Keeps what comes, and asks for nothing by itself. */
  private static final class Lists extends BaseSubscriber<List<Integer>> {

    private final List<List<Integer>> all = new ArrayList<>();

    @Override
    protected void hookOnSubscribe(org.reactivestreams.Subscription subscription) {}

    @Override
    protected void hookOnNext(List<Integer> list) {
      all.add(list);
    }

    List<Integer> last() {
      return all.get(all.size() - 1);
    }

    List<Integer> items() {
      return all.stream().flatMap(List::stream).toList();
    }
  }

  /** Items {@code 0} to {@code count - 1} of {@code bytes} each, in lists of up to {@code most}. */
  private void gather(int count, int most, long bytes) {
    Flux<Integer> source = Flux.range(0, count).doOnRequest(asked::addAndGet);
    Gather.upTo(most, item -> bytes, source).subscribe(lists);
  }

  @Test
  void large_items_end_a_list_and_are_not_asked_for_while_as_many_wait() {
    gather(1_000, 500, 3 * MEGABYTE);

    assertThat(asked).as("before anything was wanted").hasValue(Gather.ON_THE_WAY_MAX);
    for (int taken = 3; taken <= 12; taken += 3) {
      lists.request(1);
      assertThat(lists.last()).as("nine megabytes").hasSize(3);
      assertThat(asked).as("13 to 4 wait").hasValue(Gather.ON_THE_WAY_MAX);
    }
    lists.request(1);
    lists.request(1);
    assertThat(asked.get()).as("two wait: there is room").isGreaterThan(Gather.ON_THE_WAY_MAX);
  }

  @Test
  void an_item_that_is_larger_than_a_list_may_be_is_a_list() {
    gather(3, 500, 16 * MEGABYTE);

    lists.request(10);

    assertThat(lists.all).containsExactly(List.of(0), List.of(1), List.of(2));
  }

  @Test
  void small_items_fill_a_list_up_to_the_maximum() {
    gather(1_000, 100, 100);

    assertThat(asked).hasValue(100);
    lists.request(1);
    assertThat(lists.last()).hasSize(100);
    assertThat(asked).hasValue(200);
    lists.requestUnbounded();
    assertThat(lists.items()).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
    assertThat(lists.isDisposed()).as("completed").isTrue();
  }

  @Test
  void a_small_maximum_is_never_exceeded() {
    gather(20, 3, 100);

    assertThat(asked).hasValue(3);
    lists.request(1);
    assertThat(lists.last()).hasSize(3);
    assertThat(asked).hasValue(6);
  }
}
