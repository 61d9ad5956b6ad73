package io.holdfast.checkpoint.work;

import static io.holdfast.checkpoint.work.Work.HASH;
import static io.holdfast.checkpoint.work.Work.failure;
import static io.holdfast.checkpoint.work.Work.id;
import static io.holdfast.checkpoint.work.Work.saved;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.ItemId;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whenever and however often a run is interrupted, it has each item once, and does it once. */
class ResumePropertyTest {

  static final int ITEMS = 6;

  enum Act {
    START,
    COMPLETE,
    FAIL,
    RETRY,
    SAVE,
    INTERRUPT
  }

  private record Move(Act act, int item) {}

  /** A run that is saved now and then, and what it has saved. */
  private static final class Run {

    private WorkState state = WorkState.begin(HASH, List.of("map")).add("map", data());
    private Checkpoint checkpoint = saved(state);
    private final Map<ItemId, WorkItem> settled = new HashMap<>();
    private int results;

    private static Map<ItemId, Json> data() {
      Map<ItemId, Json> data = new LinkedHashMap<>();
      for (int i = 0; i < ITEMS; i++) {
        data.put(id("item-" + i), Json.from(i));
      }
      return data;
    }

    void apply(Move move) {
      ItemId item = id("item-" + move.item());
      WorkStatus status = state.item(item).status();
      switch (move.act()) {
        case START -> state = status == WorkStatus.PENDING ? state.start(item) : state;
        case COMPLETE -> state = status == WorkStatus.IN_PROGRESS ? complete(item) : state;
        case FAIL ->
            state =
                status == WorkStatus.IN_PROGRESS
                    ? state.fail(item, failure(state.item(item).nextAttempt()))
                    : state;
        case RETRY -> state = status == WorkStatus.FAILED ? state.retry(item) : state;
        case SAVE -> save();
        case INTERRUPT -> interrupt();
      }
    }

    /** Each result is another one, so that a second one for an item would be seen. */
    private WorkState complete(ItemId item) {
      return state.complete(item, Json.from(++results));
    }

    void save() {
      checkpoint = saved(state);
      settled.clear();
      state.items().stream()
          .filter(item -> item.status().isSettled())
          .forEach(item -> settled.put(item.id(), item));
    }

    void interrupt() {
      state = Resume.of(checkpoint, HASH).interrupted().add("map", data());
      assertThat(state.items()).extracting(WorkItem::id).containsExactlyElementsOf(data().keySet());
      for (WorkItem item : state.items()) {
        WorkItem before = settled.get(item.id());
        if (before == null) {
          assertThat(item.status()).isEqualTo(WorkStatus.PENDING);
        } else {
          assertThat(item).as("what was saved as done stays so").isEqualTo(before);
        }
      }
    }

    void finish() {
      for (WorkItem item : state.items(WorkStatus.PENDING)) {
        state = state.start(item.id());
      }
      for (WorkItem item : state.items(WorkStatus.IN_PROGRESS)) {
        state = complete(item.id());
      }
    }
  }

  @Property(tries = 500)
  void an_item_is_never_lost_and_never_done_again_once_that_is_saved(
      @ForAll @Size(max = 120) List<Act> acts,
      @ForAll @Size(120) List<@IntRange(max = ITEMS - 1) Integer> items) {
    Run run = new Run();
    for (int i = 0; i < acts.size(); i++) {
      run.apply(new Move(acts.get(i), items.get(i)));
    }
    run.interrupt();
    run.finish();

    assertThat(run.state.isDone()).isTrue();
    run.settled.forEach((item, before) -> assertThat(run.state.item(item)).isEqualTo(before));
    assertThat(run.state.items()).hasSize(ITEMS);
    assertThat(run.state.items(WorkStatus.COMPLETED))
        .extracting(WorkItem::result)
        .doesNotHaveDuplicates();
  }
}
