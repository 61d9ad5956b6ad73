package io.holdfast.checkpoint.work;

import static io.holdfast.checkpoint.work.Work.begun;
import static io.holdfast.checkpoint.work.Work.data;
import static io.holdfast.checkpoint.work.Work.done;
import static io.holdfast.checkpoint.work.Work.failed;
import static io.holdfast.checkpoint.work.Work.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.holdfast.InvalidInputException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointPaceTest {

  private static final CheckpointPace PACE = new CheckpointPace(2, Duration.ofSeconds(60));
  private static final WorkState SAVED = begun().add("setup", data("a", "b", "c"));

  private static boolean isDue(WorkState current) {
    return PACE.isDue(SAVED, current, Duration.ofSeconds(59));
  }

  @Test
  void is_due_after_enough_items_completed_or_failed() {
    assertThat(isDue(SAVED)).isFalse();
    assertThat(isDue(done(SAVED, "a").start(id("b")))).isFalse();
    assertThat(isDue(failed(done(SAVED, "a"), "b"))).isTrue();
  }

  @Test
  void is_due_after_the_interval_if_anything_has_changed() {
    Duration interval = Duration.ofSeconds(60);

    assertThat(PACE.isDue(SAVED, SAVED, interval)).isFalse();
    assertThat(PACE.isDue(SAVED, SAVED.start(id("a")), interval)).isTrue();
    assertThat(isDue(SAVED.start(id("a")))).isFalse();
  }

  @Test
  void is_due_in_another_phase_and_at_the_end() {
    assertThat(PACE.isDue(begun(), begun().nextPhase(), Duration.ZERO)).isTrue();

    WorkState last = WorkState.begin(Work.HASH, List.of("map")).add("map", data("a"));
    assertThat(PACE.isDue(last, done(last, "a"), Duration.ZERO)).isTrue();
    assertThat(PACE.isDue(done(last, "a"), done(last, "a"), Duration.ZERO)).isFalse();
  }

  @Test
  void numbers_must_make_sense() {
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> new CheckpointPace(0, Duration.ofSeconds(1)));
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> new CheckpointPace(1, Duration.ZERO));
    assertThatExceptionOfType(InvalidInputException.class)
        .isThrownBy(() -> new CheckpointPace(1, Duration.ofSeconds(-1)));
  }
}
