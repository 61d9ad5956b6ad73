package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import io.holdfast.workflow.WorkflowSummary;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Taking old executions away, and what is still known of them. */
public interface WorkflowPruneContract extends StorageContract {

  private WorkflowStore workflows() {
    return storage().workflows();
  }

  /** A second apart; every fourth one is still running. Two by two they start at the same time. */
  private void loaded(WorkflowId workflow, int count) {
    Await.value(workflows().create(workflow, definition(workflow.value())));
    List<WorkflowExecution> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      boolean runs4 = i % 4 == 3;
      runs.add(
          new WorkflowExecution(
              workflow,
              id(i),
              runs4 ? ExecutionStatus.RUNNING : ExecutionStatus.COMPLETED,
              LONG_AGO.plusSeconds(i / 2),
              runs4 ? null : LONG_AGO.plusSeconds(1_000),
              json(i)));
    }
    runs.sort(WorkflowExecution.KIND.order());
    Await.value(storage().transfer(WorkflowExecution.KIND).load(runs));
  }

  private static ExecutionId id(int i) {
    return new ExecutionId("e-%02d".formatted(i));
  }

  private List<ExecutionId> left(WorkflowId workflow) {
    return Await.all(workflows().history(workflow, 100).map(WorkflowExecution::id));
  }

  private WorkflowSummary summary(WorkflowId workflow) {
    return Await.value(workflows().summary(workflow));
  }

  /** What would go has to be what goes. */
  private void requirePruned(ExecutionRetention retention, Integer... gone) {
    List<ExecutionId> before = left(WORKFLOW);
    List<ExecutionId> expected = List.of(gone).stream().map(WorkflowPruneContract::id).toList();
    assertThat(
            Await.all(
                workflows().listPrunable(WORKFLOW, retention, 100).map(WorkflowExecution::id)))
        .isEqualTo(expected);
    assertThat(left(WORKFLOW)).as("nothing is gone yet").isEqualTo(before);
    WorkflowSummary summary = summary(WORKFLOW);

    assertThat(Await.value(workflows().prune(WORKFLOW, retention, 100))).isEqualTo(gone.length);
    before.removeAll(expected);
    assertThat(left(WORKFLOW)).isEqualTo(before);
    assertThat(Await.all(workflows().listPrunable(WORKFLOW, retention, 100))).as("done").isEmpty();
    assertThat(summary(WORKFLOW)).as("they still count").isEqualTo(summary);
  }

  @Test
  default void the_last_ones_stay_and_so_do_those_that_are_running() {
    loaded(WORKFLOW, 10);
    assertThat(left(WORKFLOW).subList(0, 4)).containsExactly(id(8), id(9), id(6), id(7));

    requirePruned(ExecutionRetention.last(4), 4, 5, 2, 0, 1);
    requirePruned(ExecutionRetention.last(1), 9, 6);
    assertThat(left(WORKFLOW)).containsExactly(id(8), id(7), id(3));
  }

  @Test
  default void the_young_stay_and_the_last_one_however_old() {
    loaded(WORKFLOW, 10);

    requirePruned(ExecutionRetention.last(1).startedBefore(LONG_AGO.plusSeconds(2)), 2, 0, 1);
    requirePruned(ExecutionRetention.last(9).startedBefore(LONG_AGO.plusSeconds(9)));
    requirePruned(ExecutionRetention.last(1).startedBefore(LONG_AGO.plusSeconds(9)), 9, 6, 4, 5);
  }

  @Test
  default void goes_on_from_limit_to_limit_with_those_started_first() {
    loaded(WORKFLOW, 12);
    ExecutionRetention one = ExecutionRetention.last(1);

    assertThat(Await.value(workflows().prune(WORKFLOW, one, 3))).isEqualTo(3);
    assertThat(left(WORKFLOW)).doesNotContain(id(0), id(1), id(2)).hasSize(9);
    assertThat(Await.all(workflows().listPrunable(WORKFLOW, one, 2)))
        .extracting(WorkflowExecution::id)
        .containsExactly(id(8), id(9));
    assertThat(Await.value(workflows().prune(WORKFLOW, one, 3))).isEqualTo(3);
    assertThat(Await.value(workflows().prune(WORKFLOW, one, 3))).isEqualTo(2);
    assertThat(Await.value(workflows().prune(WORKFLOW, one, 3))).isZero();
  }

  @Test
  default void counts_and_the_last_one_stay_whatever_follows() {
    loaded(WORKFLOW, 10);
    WorkflowId other = new WorkflowId("other");
    loaded(other, 3);
    assertThat(Await.value(workflows().prune(WORKFLOW, ExecutionRetention.last(1), 100)))
        .isEqualTo(7);
    assertThat(Await.value(workflows().prune(other, ExecutionRetention.last(1), 100))).isEqualTo(2);

    assertThat(summary(WORKFLOW).executions()).isEqualTo(10);
    reopen();
    assertThat(summary(WORKFLOW).executions()).isEqualTo(10);
    assertThat(summary(WORKFLOW).last())
        .isEqualTo(Await.all(workflows().history(WORKFLOW, 1)).get(0));
    WorkflowExecution another =
        Await.value(workflows().start(WORKFLOW, new ExecutionId("another"), json(1)));
    WorkflowExecution again = Await.value(workflows().start(WORKFLOW, id(0), json(1)));
    assertThat(again.startedAt())
        .as("another one of the same name")
        .isAfter(LONG_AGO.plusSeconds(9));
    assertThat(another.status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(Await.all(workflows().summaries(WorkflowFilter.all())))
        .extracting(WorkflowSummary::executions)
        .containsExactly(3L, 12L);

    Await.done(workflows().delete(WORKFLOW));
    Await.value(workflows().create(WORKFLOW, definition("anew")));
    assertThat(summary(WORKFLOW).executions()).as("begins again").isZero();
  }

  @Test
  default void executions_go_on_while_old_ones_are_taken_away() {
    loaded(WORKFLOW, 40);
    Await.value(workflows().start(WORKFLOW, id(99), json(99)));
    Flux<WorkflowExecution> starts =
        Flux.range(100, 60).flatMap(i -> workflows().start(WORKFLOW, id(i), json(i)), 4);
    Flux<Long> prunes =
        Flux.range(0, 20)
            .concatMap(i -> workflows().prune(WORKFLOW, ExecutionRetention.last(1), 4));

    var ends = Await.value(starts.count().zipWith(prunes.reduce(0L, Long::sum)));

    assertThat(ends.getT1()).isEqualTo(60);
    assertThat(ends.getT2()).as("all that are not running").isEqualTo(30);
    assertThat(summary(WORKFLOW).executions()).isEqualTo(101);
    assertThat(left(WORKFLOW)).hasSize(71);
  }

  @Test
  default void of_a_workflow_that_is_not_there_nothing_goes() {
    loaded(WORKFLOW, 4);
    WorkflowId unknown = new WorkflowId("unknown");
    ExecutionRetention one = ExecutionRetention.last(1);

    assertThat(Await.all(workflows().listPrunable(unknown, one, 10))).isEmpty();
    assertThat(Await.value(workflows().prune(unknown, one, 10))).isZero();
    assertThat(left(WORKFLOW)).hasSize(4);
  }
}
