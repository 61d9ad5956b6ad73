package io.holdfast.checkpoint.work;

import static io.holdfast.checkpoint.work.Work.HASH;
import static io.holdfast.checkpoint.work.Work.RESULT;
import static io.holdfast.checkpoint.work.Work.begun;
import static io.holdfast.checkpoint.work.Work.data;
import static io.holdfast.checkpoint.work.Work.done;
import static io.holdfast.checkpoint.work.Work.failed;
import static io.holdfast.checkpoint.work.Work.failure;
import static io.holdfast.checkpoint.work.Work.id;
import static io.holdfast.checkpoint.work.Work.ids;
import static io.holdfast.checkpoint.work.Work.midway;
import static io.holdfast.checkpoint.work.WorkStatus.COMPLETED;
import static io.holdfast.checkpoint.work.WorkStatus.FAILED;
import static io.holdfast.checkpoint.work.WorkStatus.IN_PROGRESS;
import static io.holdfast.checkpoint.work.WorkStatus.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Steps that are allowed, and steps that are not. */
class WorkStateTest {

  private static void requireConflict(String message, ThrowingCallable step) {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(step)
        .withMessageContaining(message);
  }

  private static void requireInvalid(String message, ThrowingCallable step) {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(step)
        .withMessageContaining(message);
  }

  @Test
  void items_go_from_pending_to_completed_or_failed() {
    WorkState state = midway();

    assertThat(state.phase()).isEqualTo("map");
    assertThat(ids(state.items(PENDING))).containsExactly("c");
    assertThat(ids(state.items(IN_PROGRESS))).containsExactly("d");
    assertThat(state.items(COMPLETED))
        .singleElement()
        .satisfies(item -> assertThat(item.result()).isEqualTo(RESULT));
    assertThat(state.items(FAILED))
        .singleElement()
        .satisfies(item -> assertThat(item.failure()).isEqualTo(failure(1)));
    assertThat(ids(state.items("reduce", PENDING))).containsExactly("sum");
    assertThat(ids(state.items())).containsExactly("make", "c", "d", "a", "b", "sum");
    assertThat(state.item(id("d")).data()).isEqualTo(Json.of("{\"file\":\"d\"}"));
  }

  @Test
  void a_step_leaves_the_state_before_as_it_was() {
    WorkState before = midway();
    Json encoded = before.encode();

    List<UnaryOperator<WorkState>> steps =
        List.of(
            state -> state.add("map", data("e")),
            state -> state.start(id("c")),
            state -> state.complete(id("d"), RESULT),
            state -> state.fail(id("d"), failure(1)),
            state -> state.retry(id("b")),
            state -> state.withContext(Json.EMPTY),
            WorkState::interrupted,
            state -> state.fromPhase("setup"));
    for (UnaryOperator<WorkState> step : steps) {
      assertThat(step.apply(before)).isNotEqualTo(before);
      assertThat(before.encode()).isEqualTo(encoded);
    }
  }

  @Test
  void a_step_from_another_status_is_a_conflict_that_names_both() {
    WorkState state = midway();

    requireConflict("a is completed, expected pending", () -> state.start(id("a")));
    requireConflict("d is inProgress, expected pending", () -> state.start(id("d")));
    requireConflict("c is pending, expected inProgress", () -> state.complete(id("c"), RESULT));
    requireConflict("b is failed, expected inProgress", () -> state.fail(id("b"), failure(2)));
    requireConflict("a is completed, expected failed", () -> state.retry(id("a")));
    requireConflict("sum is of phase reduce", () -> state.start(id("sum")));
    assertThatExceptionOfType(NotFoundException.class).isThrownBy(() -> state.start(id("x")));
  }

  @Test
  void attempts_count_on_when_a_failed_item_is_tried_again() {
    WorkState again = midway().retry(id("b"));

    assertThat(again.item(id("b")).status()).isEqualTo(PENDING);
    assertThat(again.item(id("b")).nextAttempt()).isEqualTo(2);
    requireInvalid("at least 2, was 1", () -> again.start(id("b")).fail(id("b"), failure(1)));
    WorkItem twice = again.start(id("b")).fail(id("b"), failure(2)).item(id("b"));
    assertThat(twice.nextAttempt()).isEqualTo(3);
  }

  @Test
  void adding_what_is_there_is_harmless_and_adding_it_otherwise_a_conflict() {
    WorkState state = midway();

    assertThat(state.add("map", data("a", "b", "c", "d"))).isEqualTo(state);
    assertThat(state.add("setup", data("make"))).as("of a phase that is over").isEqualTo(state);
    assertThat(ids(state.add("map", data("a", "e")).items()))
        .containsExactly("make", "c", "d", "a", "b", "sum", "e");
    requireConflict("a is there", () -> state.add("map", Map.of(id("a"), Json.EMPTY)));
    requireConflict("a is there", () -> state.add("reduce", data("a")));
    requireConflict("setup is over", () -> state.add("setup", data("e")));
    requireInvalid("none of [setup, map, reduce]", () -> state.add("tidy", data("e")));
  }

  @Test
  void the_next_phase_begins_when_nothing_is_left_to_do() {
    WorkState map = done(midway().complete(id("d"), RESULT), "c");
    WorkState reduce = map.nextPhase();

    requireConflict("map is not done", () -> midway().nextPhase());
    assertThat(map.isPhaseDone()).isTrue();
    assertThat(reduce.phase()).isEqualTo("reduce");
    assertThat(reduce.isDone()).isFalse();
    requireConflict("b is of phase map", () -> reduce.retry(id("b")));
    WorkState end = done(reduce, "sum");
    assertThat(end.isDone()).isTrue();
    requireConflict("reduce is the last", end::nextPhase);
  }

  @Test
  void a_run_needs_names() {
    requireInvalid("phases", () -> WorkState.begin(HASH, List.of()));
    requireInvalid("map is there twice", () -> WorkState.begin(HASH, List.of("map", "map")));
    requireInvalid("phase", () -> WorkState.begin(HASH, List.of("")));
    requireInvalid("definition", () -> WorkState.begin("", Work.PHASES));
    requireInvalid("reason", () -> begun().content("a\nb"));
  }

  @Test
  void what_is_saved_says_where_the_run_is_and_keeps_the_context_of_a_failure() {
    WorkState state = midway();

    assertThat(state.content("error").metadata())
        .isEqualTo(
            Json.of(
                """
                {"reason": "error", "phase": "map", "final": false,
                 "counts": {"pending": 2, "inProgress": 1, "completed": 2, "failed": 1}}"""));
    WorkState read = WorkState.decode(state.content("error").state());
    assertThat(read).isEqualTo(state).hasSameHashCodeAs(state);
    assertThat(read.context()).isEqualTo(Json.of("{\"user\":\"ada\"}"));
    WorkState last = done(begun().nextPhase().nextPhase().add("reduce", data("sum")), "sum");
    assertThat(last.content("end").metadata().contains(Json.of("{\"final\":true}"))).isTrue();
  }

  @Test
  void what_is_too_large_together_is_refused() {
    Json large = Json.from("x".repeat(6 << 20));
    WorkState two = begun().add("setup", Map.of(id("a"), large, id("b"), large));

    assertThat(two.encode().sizeBytes()).isLessThan(Json.BYTES_MAX);
    requireInvalid("at most", () -> two.add("setup", Map.of(id("c"), large)).encode());
  }

  @Test
  void a_failed_item_ends_a_phase_as_well() {
    WorkState state = failed(begun().add("setup", data("make")), "make");

    assertThat(state.isPhaseDone()).isTrue();
    assertThat(state.nextPhase().items("setup", FAILED)).hasSize(1);
  }
}
