package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.TimeSpan;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import io.holdfast.workflow.WorkflowStore;
import io.holdfast.workflow.WorkflowSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How often a workflow was run, and which of its executions match. */
public interface WorkflowSummaryContract extends StorageContract {

  List<ExecutionStatus> STATUSES = List.of(ExecutionStatus.values());

  private WorkflowStore workflows() {
    return storage().workflows();
  }

  private Workflow created(String id) {
    return Await.value(workflows().create(new WorkflowId(id), definition(id)));
  }

  private WorkflowExecution start(String workflow, int n) {
    return Await.value(
        workflows().start(new WorkflowId(workflow), new ExecutionId("e-" + n), json(n)));
  }

  private WorkflowSummary summary(String workflow) {
    return Await.value(workflows().summary(new WorkflowId(workflow)));
  }

  @Test
  default void a_summary_tells_how_many_executions_and_which_is_the_last() {
    Workflow busy = created("busy");
    assertThat(summary("busy")).isEqualTo(new WorkflowSummary(busy, 0, null));
    start("busy", 1);
    start("busy", 2);
    start("busy", 2);
    WorkflowExecution third = start("busy", 3);
    assertThat(summary("busy")).isEqualTo(new WorkflowSummary(busy, 3, third));

    WorkflowExecution done =
        Await.value(workflows().finish(busy.id(), third.id(), ExecutionStatus.FAILED, json(9)));
    assertThat(summary("busy")).isEqualTo(new WorkflowSummary(busy, 3, done));
    assertThat(Await.maybe(workflows().summary(new WorkflowId("unknown")))).isEmpty();
    reopen();
    assertThat(summary("busy")).isEqualTo(new WorkflowSummary(busy, 3, done));
  }

  @Test
  default void summaries_are_the_list_with_numbers() {
    for (int i = 0; i < 9; i++) {
      created("w-" + i);
      for (int n = 0; n < i % 4; n++) {
        start("w-" + i, n);
      }
    }
    WorkflowFilter page = WorkflowFilter.all().after(new WorkflowId("w-2")).limit(4);
    List<WorkflowSummary> summaries = Await.all(workflows().summaries(page));

    assertThat(summaries)
        .extracting(WorkflowSummary::workflow)
        .isEqualTo(Await.all(workflows().list(page)));
    assertThat(summaries).extracting(WorkflowSummary::executions).containsExactly(3L, 0L, 1L, 2L);
    assertThat(summaries)
        .allSatisfy(
            one ->
                assertThat(one.last() == null ? List.of() : List.of(one.last()))
                    .isEqualTo(Await.all(workflows().history(one.workflow().id(), 1))));
    assertThat(Await.all(workflows().summaries(WorkflowFilter.all().withNamePart("w-5"))))
        .hasSize(1);
  }

  @Test
  default void every_start_counts_once_however_many_there_are_at_once() {
    created("busy");
    Race.allWin(
        200,
        i ->
            workflows()
                .start(new WorkflowId("busy"), new ExecutionId("e-" + i % 150), json(i % 150)));

    assertThat(summary("busy").executions()).isEqualTo(150);
  }

  @Test
  default void what_is_rolled_back_does_not_count_and_what_is_deleted_begins_again() {
    created("busy");
    Mono<WorkflowExecution> undone =
        storage()
            .inTransaction(
                tx ->
                    tx.workflows()
                        .start(new WorkflowId("busy"), new ExecutionId("e"), json(1))
                        .then(Mono.error(new IllegalStateException("no"))));
    Await.failure(IllegalStateException.class, undone);
    assertThat(summary("busy").executions()).isZero();
    start("busy", 1);

    Await.done(workflows().delete(new WorkflowId("busy")));
    created("busy");
    assertThat(summary("busy").executions()).isZero();
  }

  @Test
  default void a_start_does_not_wait_for_that_of_an_open_transaction() {
    created("busy");
    WorkflowId busy = new WorkflowId("busy");
    Mono<Long> slow =
        storage()
            .inTransaction(
                tx ->
                    tx.workflows()
                        .start(busy, new ExecutionId("slow"), json(1))
                        .then(Mono.delay(Duration.ofMillis(300))));
    Mono<Long> others =
        Flux.range(0, 20)
            .flatMap(i -> workflows().start(busy, new ExecutionId("e-" + i), json(i)), 5)
            .count();

    Await.value(Mono.zip(slow, others));

    assertThat(summary("busy").executions()).isEqualTo(21);
  }

  @Test
  default void loaded_executions_count_once() {
    created("old");
    List<WorkflowExecution> runs = loadable("old", 40);
    assertThat(Await.value(storage().transfer(WorkflowExecution.KIND).load(runs))).isEqualTo(40);
    Await.value(storage().transfer(WorkflowExecution.KIND).load(runs));

    assertThat(summary("old").executions()).isEqualTo(40);
    assertThat(summary("old").last())
        .isEqualTo(Await.all(workflows().history(runs.get(0).workflow(), 1)).get(0));
  }

  /** By id, each a second later than the one before, with every status. */
  private static List<WorkflowExecution> loadable(String workflow, int count) {
    List<WorkflowExecution> runs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ExecutionStatus status = STATUSES.get(i % 4);
      runs.add(
          new WorkflowExecution(
              new WorkflowId(workflow),
              new ExecutionId("e-" + i),
              status,
              LONG_AGO.plusSeconds(i / 2),
              status == ExecutionStatus.RUNNING ? null : LONG_AGO.plusSeconds(1_000),
              json(i)));
    }
    runs.sort(WorkflowExecution.KIND.order());
    return runs;
  }

  @Test
  default void history_is_filtered_and_read_in_pages() {
    Await.value(workflows().create(WORKFLOW, definition("first")));
    created("other");
    start("other", 1);
    Await.value(storage().transfer(WorkflowExecution.KIND).load(loadable(WORKFLOW.value(), 40)));
    List<WorkflowExecution> all = Await.all(workflows().history(WORKFLOW, 100));
    assertThat(all).hasSize(40);
    ExecutionFilter any = ExecutionFilter.of(WORKFLOW);
    TimeSpan five = new TimeSpan(LONG_AGO.plusSeconds(5), LONG_AGO.plusSeconds(10));

    requireSelects(all, any, 40);
    requireSelects(all, any.withStatus(ExecutionStatus.RUNNING), 10);
    requireSelects(all, any.withStatus(ExecutionStatus.CANCELLED), 10);
    requireSelects(all, any.startedWithin(five), 10);
    requireSelects(all, any.startedWithin(TimeSpan.from(LONG_AGO.plusSeconds(18))), 4);
    requireSelects(all, any.startedWithin(five).withStatus(ExecutionStatus.FAILED), 3);
    assertThat(pages(any.limit(7))).isEqualTo(all);
    assertThat(pages(any.limit(3).withStatus(ExecutionStatus.COMPLETED)))
        .isEqualTo(all.stream().filter(e -> e.status() == ExecutionStatus.COMPLETED).toList());
  }

  private void requireSelects(List<WorkflowExecution> all, ExecutionFilter filter, int matches) {
    List<WorkflowExecution> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(Await.all(workflows().history(filter))).as("%s", filter).isEqualTo(expected);
  }

  private List<WorkflowExecution> pages(ExecutionFilter first) {
    List<WorkflowExecution> all = new ArrayList<>();
    List<WorkflowExecution> page = Await.all(workflows().history(first));
    while (!page.isEmpty()) {
      all.addAll(page);
      page = Await.all(workflows().history(first.after(page.get(page.size() - 1))));
    }
    return all;
  }

  @Test
  default void a_place_in_another_history_is_refused() {
    created("busy");
    created("other");
    WorkflowExecution run = start("busy", 1);

    assertThatThrownBy(() -> ExecutionFilter.of(new WorkflowId("other")).after(run))
        .isInstanceOf(InvalidInputException.class);
    assertThat(Await.all(workflows().history(ExecutionFilter.of(run.workflow()).after(run))))
        .isEmpty();
  }
}
