package io.holdfast.dual;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnavailableException;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.dual.Pending.Task;
import io.holdfast.session.Session;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingTest {

  private static final Area ONE = Area.one(Checkpoint.KIND, "w", "1");
  private static final Area OTHER = Area.one(Checkpoint.KIND, "v", "1");
  private static final Area GROUP = Area.group(Checkpoint.KIND, "w");
  private static final Area ALL = Area.all(Checkpoint.KIND);

  private final Pending pending = new Pending();

  private List<Task> ones() {
    return pending.due(Checkpoint.KIND, true, 100);
  }

  private void copyAll() {
    ones().forEach(pending::copied);
    pending.due(Checkpoint.KIND, false, 100).forEach(pending::copied);
  }

  @Test
  void nothing_is_fresh_that_is_being_written() {
    pending.begin(ONE);

    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(pending.isFresh(GROUP)).isFalse();
    assertThat(pending.isFresh(ALL)).isFalse();
    assertThat(pending.isFresh(OTHER)).isTrue();
    assertThat(pending.isFresh(Area.all(Session.KIND))).isTrue();
    assertThat(ones()).as("to be copied").isEmpty();
  }

  @Test
  void nothing_is_fresh_within_what_is_pending_as_a_whole() {
    pending.touch(GROUP);
    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(pending.isFresh(OTHER)).isTrue();
    copyAll();

    pending.touch(ALL);
    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(pending.isFresh(GROUP)).isFalse();
    assertThat(pending.isFresh(OTHER)).isFalse();
    copyAll();
    assertThat(pending.isFresh(ALL)).isTrue();
  }

  @Test
  void what_was_written_is_fresh_once_it_is_copied() {
    pending.begin(ONE);
    pending.end(ONE, true);
    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(pending.isCopied(pending.now())).isFalse();

    copyAll();

    assertThat(pending.isFresh(ONE)).isTrue();
    assertThat(pending.isCopied(pending.now())).isTrue();
    assertThat(pending.size()).isZero();
  }

  @Test
  void what_changes_while_it_is_copied_is_copied_again() {
    pending.touch(ONE);
    List<Task> first = ones();
    pending.touch(ONE);
    first.forEach(pending::copied);

    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(ones()).hasSize(1).isNotEqualTo(first);
  }

  @Test
  void what_is_being_written_again_stays_although_the_first_write_is_copied() {
    pending.begin(ONE);
    pending.begin(ONE);
    pending.end(ONE, true);
    copyAll();

    assertThat(pending.isFresh(ONE)).isFalse();
    pending.end(ONE, true);
    copyAll();
    assertThat(pending.isFresh(ONE)).isTrue();
  }

  @Test
  void a_write_that_ends_nobody_knows_how_is_looked_at_again_and_keeps_nobody_waiting() {
    pending.begin(ONE);
    pending.end(ONE, false);
    copyAll();

    assertThat(pending.isFresh(ONE)).as("may still change").isFalse();
    assertThat(pending.isCopied(pending.now())).isTrue();
    assertThat(ones()).as("not at once").isEmpty();
  }

  @Test
  void what_was_not_taken_stays_and_says_why() {
    pending.touch(ONE);
    ones().forEach(task -> pending.failed(task, new UnavailableException("no room"), false));

    assertThat(pending.problem(Checkpoint.KIND))
        .hasValueSatisfying(text -> assertThat(text).startsWith("w/1").endsWith("no room"));
    assertThat(pending.isCopied(pending.now())).isFalse();
    assertThat(pending.isFresh(ONE)).isFalse();
  }

  @Test
  void later_changes_keep_nobody_waiting() {
    pending.touch(ONE);
    copyAll();
    long then = pending.now();
    pending.touch(OTHER);

    assertThat(pending.isCopied(then)).isTrue();
    assertThat(pending.isCopied(pending.now())).isFalse();
  }

  @Test
  void too_many_records_become_one_look_at_all() {
    pending.begin(ONE);
    for (int i = 0; i <= Pending.RECORDS_MAX; i++) {
      pending.touch(Area.one(Checkpoint.KIND, "many", "" + i));
    }

    assertThat(pending.size()).as("the whole kind, and what is being written").isLessThan(10);
    assertThat(pending.due(Checkpoint.KIND, false, 100)).extracting(Task::area).contains(ALL);
    assertThat(pending.isFresh(Area.one(Checkpoint.KIND, "many", "1"))).isFalse();
    pending.end(ONE, true);
    assertThat(ones()).extracting(Task::area).contains(ONE);
  }

  @Test
  void what_keeps_changing_is_looked_at_again_and_keeps_nobody_waiting() {
    pending.touch(ONE);
    long then = pending.now();
    List<Task> first = ones();
    pending.touch(ONE);
    first.forEach(task -> pending.isChanging(task, true));

    assertThat(pending.isCopied(then)).isTrue();
    assertThat(pending.isSettled(List.of(ONE), then)).isTrue();
    assertThat(pending.isCopied(pending.now())).isFalse();
    assertThat(pending.problem(Checkpoint.KIND)).isEmpty();

    ones().forEach(task -> pending.isChanging(task, true));
    assertThat(pending.isCopied(pending.now())).isTrue();
    assertThat(ones()).as("until both were the same").hasSize(1);
    assertThat(pending.isFresh(ONE)).isFalse();
    copyAll();
    assertThat(pending.isFresh(ONE)).isTrue();
  }

  @Test
  void what_was_not_written_is_not_copied() {
    pending.touch(ONE);
    ones().forEach(task -> pending.isChanging(task, false));

    assertThat(pending.isCopied(pending.now())).isFalse();
    assertThat(ones()).hasSize(1);
  }

  @Test
  void what_may_still_be_written_is_looked_at_again() {
    pending.touch(ONE);
    ones().forEach(task -> pending.failed(task, new UnavailableException("away"), true));
    pending.hurry();
    copyAll();

    assertThat(pending.isFresh(ONE)).isFalse();
    assertThat(pending.isCopied(pending.now())).isTrue();
  }

  @Test
  void what_is_refused_keeps_nobody_from_going_on_with_the_rest() {
    pending.touch(ONE);
    ones().forEach(task -> pending.failed(task, new UnavailableException("away"), false));
    assertThat(pending.isSettled(List.of(ONE), pending.now())).isFalse();

    pending.hurry();
    ones().forEach(task -> pending.failed(task, new IllegalStateException("damaged"), false));
    assertThat(pending.isSettled(List.of(ONE), pending.now())).isTrue();
    assertThat(pending.isCopied(pending.now())).isFalse();
  }

  @Test
  void what_has_failed_often_is_tried_again_at_once_in_a_hurry() {
    pending.touch(ONE);
    List<Task> task = ones();
    for (int i = 0; i < 10; i++) {
      pending.failed(task.get(0), new UnavailableException("no room"), false);
    }
    assertThat(ones()).isEmpty();

    pending.hurry();

    assertThat(ones()).hasSize(1);
  }

  @Test
  void others_come_first_after_one_that_keeps_changing() {
    pending.touch(ONE);
    pending.touch(OTHER);
    List<Task> first = pending.due(Checkpoint.KIND, true, 1);
    first.forEach(task -> pending.isChanging(task, true));

    assertThat(pending.due(Checkpoint.KIND, true, 1)).extracting(Task::area).containsOnly(OTHER);
  }

  @Test
  void what_was_only_guarded_leaves_nothing() {
    pending.begin(ALL);
    pending.touch(ONE);
    pending.quit(ALL);

    assertThat(pending.due(Checkpoint.KIND, false, 100)).isEmpty();
    assertThat(ones()).hasSize(1);
    copyAll();
    assertThat(pending.isFresh(ALL)).isTrue();
  }

  @Test
  void what_becomes_one_look_at_all_is_not_copied_by_that() {
    pending.touch(ONE);
    long then = pending.now();
    pending.touch(ALL);
    List<Task> before = pending.due(Checkpoint.KIND, false, 100);
    for (int i = 0; i <= Pending.RECORDS_MAX; i++) {
      pending.touch(Area.one(Checkpoint.KIND, "many", "" + i));
    }

    assertThat(pending.isCopied(then)).as("nothing was copied").isFalse();
    before.forEach(pending::copied);
    assertThat(pending.isCopied(then)).as("by a look that began before").isFalse();
    copyAll();
    assertThat(pending.isCopied(pending.now())).isTrue();
  }

  @Test
  void in_a_hurry_what_may_have_been_written_is_looked_at_and_keeps_its_looks() {
    pending.begin(ONE);
    pending.end(ONE, false);
    List<Task> before = ones();
    for (int i = 0; i < 5; i++) {
      pending.hurry();
      assertThat(pending.isCopied(pending.now())).isFalse();
      before.forEach(pending::copied);
      assertThat(pending.isCopied(pending.now())).as("by a look that began before").isFalse();
      before = ones();
      assertThat(before).as("looked at once more").hasSize(1);
      before.forEach(pending::copied);
      assertThat(pending.isCopied(pending.now())).isTrue();
    }

    assertThat(pending.isFresh(ONE)).as("it may still be written").isFalse();
  }

  @Test
  void a_look_at_all_goes_on_looking_for_what_may_still_be_written() {
    pending.begin(ONE);
    pending.end(ONE, false);
    for (int i = 0; i <= Pending.RECORDS_MAX; i++) {
      pending.touch(Area.one(Checkpoint.KIND, "many", "" + i));
    }
    copyAll();

    assertThat(pending.isCopied(pending.now())).isTrue();
    assertThat(pending.isFresh(ONE)).as("it may still be written").isFalse();
  }
}
