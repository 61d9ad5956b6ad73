package io.holdfast.checkpoint.work;

import static io.holdfast.checkpoint.work.Work.HASH;
import static io.holdfast.checkpoint.work.Work.RESULT;
import static io.holdfast.checkpoint.work.Work.done;
import static io.holdfast.checkpoint.work.Work.failure;
import static io.holdfast.checkpoint.work.Work.id;
import static io.holdfast.checkpoint.work.Work.ids;
import static io.holdfast.checkpoint.work.Work.midway;
import static io.holdfast.checkpoint.work.Work.saved;
import static io.holdfast.checkpoint.work.WorkStatus.COMPLETED;
import static io.holdfast.checkpoint.work.WorkStatus.FAILED;
import static io.holdfast.checkpoint.work.WorkStatus.IN_PROGRESS;
import static io.holdfast.checkpoint.work.WorkStatus.PENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import org.junit.jupiter.api.Test;

/** The ways to go on. */
class ResumeTest {

  private static Resume resume(WorkState state) {
    return Resume.of(saved(state), HASH);
  }

  /** In phase reduce, with sum in progress. */
  private static WorkState reducing() {
    return done(midway().complete(id("d"), RESULT), "c").nextPhase().start(id("sum"));
  }

  @Test
  void as_saved_changes_nothing() {
    assertThat(resume(midway()).asSaved()).isEqualTo(midway());
  }

  @Test
  void after_an_interruption_what_was_in_progress_is_pending_and_nothing_else_changes() {
    WorkState state = resume(midway()).interrupted();

    assertThat(ids(state.items(PENDING))).containsExactly("c", "d");
    assertThat(state.items(IN_PROGRESS)).isEmpty();
    assertThat(state.items(COMPLETED)).isEqualTo(midway().items(COMPLETED));
    assertThat(state.items(FAILED)).isEqualTo(midway().items(FAILED));
    assertThat(state.context()).isEqualTo(midway().context());
    assertThat(state.start(id("d")).items()).isEqualTo(midway().items());
  }

  @Test
  void the_phase_again_drops_its_results_and_keeps_those_before() {
    WorkState state = resume(midway()).phaseAgain();

    assertThat(state.phase()).isEqualTo("map");
    assertThat(ids(state.items(PENDING))).containsExactly("c", "d", "a", "b");
    assertThat(ids(state.items("setup", COMPLETED))).containsExactly("make");
    assertThat(state.item(id("b")).failure()).as("attempts count on").isEqualTo(failure(1));
    assertThat(state.context()).isEqualTo(midway().context());
  }

  @Test
  void from_an_earlier_phase_that_one_and_the_later_ones_are_done_again() {
    WorkState state = resume(reducing()).fromPhase("map");

    assertThat(state.phase()).isEqualTo("map");
    assertThat(ids(state.items(PENDING))).containsExactly("c", "d", "a", "b");
    assertThat(ids(state.items("reduce", PENDING))).containsExactly("sum");
    assertThat(ids(state.items("setup", COMPLETED))).containsExactly("make");
    assertThat(WorkState.decode(state.encode())).isEqualTo(state);
  }

  @Test
  void a_phase_that_was_not_reached_or_does_not_exist_is_no_place_to_begin() {
    for (String phase : new String[] {"reduce", "tidy", ""}) {
      assertThatExceptionOfType(InvalidInputException.class)
          .isThrownBy(() -> resume(midway()).fromPhase(phase))
          .withMessageContaining("phase");
    }
  }

  @Test
  void another_definition_is_a_conflict_with_both_unless_it_is_forced() {
    assertThatExceptionOfType(ConflictException.class)
        .isThrownBy(() -> Resume.of(saved(midway()), "77ab"))
        .withMessage("Definition of workflow nightly-7 is 9f2c, expected 77ab")
        .satisfies(conflict -> assertThat(conflict.expected()).isEqualTo("77ab"))
        .satisfies(conflict -> assertThat(conflict.actual()).isEqualTo("9f2c"));

    WorkState forced = Resume.forced(saved(midway()), "77ab").interrupted();
    assertThat(forced.items()).isEqualTo(resume(midway()).interrupted().items());
    assertThat(Resume.of(saved(forced), "77ab").asSaved()).as("from now on").isEqualTo(forced);
  }

  @Test
  void damage_names_the_checkpoint() {
    assertThatExceptionOfType(CorruptDataException.class)
        .isThrownBy(() -> Resume.of(saved(Json.EMPTY), HASH))
        .withMessageContaining("nightly-7@3")
        .withMessageContaining("format");
  }
}
