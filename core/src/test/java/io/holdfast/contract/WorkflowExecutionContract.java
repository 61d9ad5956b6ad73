package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Names;
import io.holdfast.NotFoundException;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The history of a workflow's executions. */
public interface WorkflowExecutionContract extends StorageContract {

  ExecutionId EXECUTION = new ExecutionId("execution-1");

  private WorkflowStore workflows() {
    return storage().workflows();
  }

  private WorkflowExecution started() {
    Await.value(workflows().create(WORKFLOW, definition("first")));
    return Await.value(workflows().start(WORKFLOW, EXECUTION, json(1)));
  }

  private List<WorkflowExecution> history() {
    return Await.all(workflows().history(WORKFLOW, 100));
  }

  @Test
  default void a_started_execution_is_running() {
    WorkflowExecution started = started();

    assertThat(started.workflow()).isEqualTo(WORKFLOW);
    assertThat(started.id()).isEqualTo(EXECUTION);
    assertThat(started.status()).isEqualTo(ExecutionStatus.RUNNING);
    assertThat(started.startedAt()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
    assertThat(started.finishedAt()).isNull();
    assertThat(started.details()).isEqualTo(json(1));
    assertThat(history()).containsExactly(started);
  }

  @Test
  default void starting_again_returns_what_is_there() {
    WorkflowExecution started = started();

    assertThat(Await.value(workflows().start(WORKFLOW, EXECUTION, json(1)))).isEqualTo(started);
    assertThat(Race.allWin(16, i -> workflows().start(WORKFLOW, EXECUTION, json(1))))
        .containsOnly(started);
    assertThat(history()).hasSize(1);
  }

  @Test
  default void starting_with_other_details_is_a_conflict() {
    WorkflowExecution started = started();

    ConflictException conflict =
        Await.failure(ConflictException.class, workflows().start(WORKFLOW, EXECUTION, json(2)));
    assertThat(conflict).hasMessageContaining(EXECUTION.value());
    assertThat(history()).containsExactly(started);
  }

  @Test
  default void starting_what_has_finished_is_a_conflict() {
    started();
    WorkflowExecution finished =
        Await.value(workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.COMPLETED, json(1)));

    Await.failure(ConflictException.class, workflows().start(WORKFLOW, EXECUTION, json(1)));
    assertThat(history()).containsExactly(finished);
  }

  @Test
  default void an_execution_needs_its_workflow() {
    started();
    WorkflowId unknown = new WorkflowId("unknown");

    assertThat(
            Await.failure(NotFoundException.class, workflows().start(unknown, EXECUTION, json(1)))
                .id())
        .isEqualTo("unknown");
    assertThat(Await.all(workflows().history(unknown, 10))).isEmpty();
  }

  @Test
  default void finishes_with_each_outcome() {
    started();
    for (ExecutionStatus status :
        List.of(ExecutionStatus.COMPLETED, ExecutionStatus.FAILED, ExecutionStatus.CANCELLED)) {
      ExecutionId id = new ExecutionId(status.name());
      WorkflowExecution started = Await.value(workflows().start(WORKFLOW, id, json(1)));

      WorkflowExecution finished = Await.value(workflows().finish(WORKFLOW, id, status, json(2)));

      assertThat(finished.status()).isEqualTo(status);
      assertThat(finished.details()).as("the outcome").isEqualTo(json(2));
      assertThat(finished.startedAt()).isEqualTo(started.startedAt());
      assertThat(finished.finishedAt()).isAfterOrEqualTo(started.startedAt());
      assertThat(history()).contains(finished).doesNotContain(started);
    }
  }

  @Test
  default void finishing_again_returns_what_is_there() {
    started();
    Mono<WorkflowExecution> finish =
        workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.FAILED, json(2));
    WorkflowExecution finished = Await.value(finish);

    assertThat(Await.value(finish)).isEqualTo(finished);
    assertThat(Race.allWin(16, i -> finish)).containsOnly(finished);
  }

  @Test
  default void finishing_otherwise_is_a_conflict() {
    started();
    WorkflowExecution finished =
        Await.value(workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.FAILED, json(2)));

    Await.failure(
        ConflictException.class,
        workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.COMPLETED, json(2)));
    Await.failure(
        ConflictException.class,
        workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.FAILED, json(3)));
    assertThat(history()).containsExactly(finished);
  }

  @Test
  default void finishing_what_never_started_fails() {
    WorkflowExecution started = started();
    ExecutionId unknown = new ExecutionId("unknown");

    NotFoundException missing =
        Await.failure(
            NotFoundException.class,
            workflows().finish(WORKFLOW, unknown, ExecutionStatus.COMPLETED, json(2)));
    assertThat(missing).hasMessageContaining("unknown");
    Await.failure(
        NotFoundException.class,
        workflows().finish(new WorkflowId("other"), EXECUTION, ExecutionStatus.COMPLETED, json(2)));
    assertThat(history()).containsExactly(started);
  }

  @Test
  default void nothing_finishes_by_running() {
    WorkflowExecution started = started();

    Await.failure(
        InvalidInputException.class,
        Mono.defer(
            () -> workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.RUNNING, json(2))));
    assertThat(history()).containsExactly(started);
  }

  @Test
  default void one_of_many_different_finishes_wins() {
    started();
    List<Race.Finish<WorkflowExecution>> race =
        Race.run(
            24, i -> workflows().finish(WORKFLOW, EXECUTION, ExecutionStatus.COMPLETED, json(i)));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(23)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void the_same_id_in_another_workflow_is_another_execution() {
    started();
    WorkflowId other = new WorkflowId("workflow-2");
    Await.value(workflows().create(other, definition("second")));
    Await.value(workflows().start(other, EXECUTION, json(7)));

    assertThat(history()).extracting(WorkflowExecution::details).containsExactly(json(1));
    assertThat(Await.all(workflows().history(other, 10)))
        .extracting(WorkflowExecution::details)
        .containsExactly(json(7));
  }

  @Test
  default void history_shows_the_last_started_first_then_by_id() {
    Await.value(workflows().create(WORKFLOW, definition("first")));
    List<WorkflowExecution> all = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String prefix = i / 4 % 2 == 0 ? "\uD83D\uDE00" : "\uFF5E";
      all.add(
          new WorkflowExecution(
              WORKFLOW,
              new ExecutionId(prefix + i),
              ExecutionStatus.RUNNING,
              LONG_AGO.plusNanos(1_000L * (i % 4)),
              null,
              json(i)));
    }
    all.sort(WorkflowExecution.KIND.order());
    assertThat(Await.value(storage().transfer(WorkflowExecution.KIND).load(all))).isEqualTo(20);

    all.sort(
        Comparator.comparing(WorkflowExecution::startedAt)
            .reversed()
            .thenComparing(execution -> execution.id().value(), Names.ORDER));
    assertThat(history()).containsExactlyElementsOf(all);
    assertThat(Await.all(workflows().history(WORKFLOW, 7)))
        .as("no more than the limit")
        .isEqualTo(all.subList(0, 7));
  }
}
