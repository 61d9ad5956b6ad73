package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.WorkflowId;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Creating, reading, changing and deleting workflow definitions. */
public interface WorkflowWriteContract extends StorageContract {

  private WorkflowStore workflows() {
    return storage().workflows();
  }

  private Workflow created() {
    return Await.value(workflows().create(WORKFLOW, definition("first")));
  }

  @Test
  default void creates_at_version_1() {
    WorkflowDetails full =
        new WorkflowDetails(
            "Build & test",
            "Ada",
            "Line 1\nLine 2",
            Set.of("ci", "nightly", "a,b", "{\"x\"}", "ü"),
            Json.of("{\"steps\":[{\"run\":\"make\"}]}"));
    Workflow workflow = Await.value(workflows().create(WORKFLOW, full));

    assertThat(workflow.id()).isEqualTo(WORKFLOW);
    assertThat(workflow.version()).isEqualTo(1);
    assertThat(workflow.details()).isEqualTo(full);
    assertThat(workflow.createdAt()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
    assertThat(Await.value(workflows().get(WORKFLOW))).isEqualTo(workflow);
  }

  @Test
  default void creating_again_returns_what_is_there() {
    Workflow first = created();

    assertThat(created()).isEqualTo(first);
    assertThat(Race.allWin(16, i -> workflows().create(WORKFLOW, definition("first"))))
        .containsOnly(first);
  }

  @Test
  default void a_taken_id_is_a_conflict() {
    Workflow first = created();

    ConflictException conflict =
        Await.failure(ConflictException.class, workflows().create(WORKFLOW, definition("second")));
    assertThat(conflict.id()).isEqualTo(WORKFLOW.value());
    assertThat(Await.value(workflows().get(WORKFLOW))).isEqualTo(first);
  }

  @Test
  default void one_of_many_different_creators_wins() {
    List<Race.Finish<Workflow>> race =
        Race.run(32, i -> workflows().create(WORKFLOW, definition("name-" + i)));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(31)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void finds_nothing_under_an_unknown_id_and_get_says_so() {
    created();
    WorkflowId unknown = new WorkflowId("unknown");

    assertThat(Await.maybe(workflows().find(WORKFLOW))).isPresent();
    assertThat(Await.maybe(workflows().find(unknown))).isEmpty();
    assertThat(Await.failure(NotFoundException.class, workflows().get(unknown)).id())
        .isEqualTo("unknown");
  }

  @Test
  default void update_writes_the_details_at_the_next_version() {
    Workflow workflow = created();
    WorkflowDetails changed = new WorkflowDetails("renamed", null, "why not", Set.of("t"), json(2));

    Workflow updated = Await.value(workflows().update(workflow.withDetails(changed)));

    assertThat(updated.version()).isEqualTo(2);
    assertThat(updated.details()).isEqualTo(changed);
    assertThat(updated.createdAt()).isEqualTo(workflow.createdAt());
    assertThat(updated.updatedAt()).isAfterOrEqualTo(workflow.updatedAt());
    assertThat(Await.value(workflows().get(WORKFLOW))).isEqualTo(updated);
  }

  @Test
  default void update_does_not_take_times_from_the_caller() {
    Workflow workflow = created();
    Workflow forged = new Workflow(WORKFLOW, 1, definition("second"), LONG_AGO, LONG_AGO);

    Workflow updated = Await.value(workflows().update(forged));

    assertThat(updated.createdAt()).isEqualTo(workflow.createdAt());
    assertThat(updated.updatedAt()).isAfterOrEqualTo(workflow.createdAt());
  }

  @Test
  default void a_stale_update_is_a_conflict_with_both_versions() {
    Workflow first = created();
    Workflow second = Await.value(workflows().update(first.withDetails(definition("second"))));
    Workflow third = Await.value(workflows().update(second.withDetails(definition("third"))));

    ConflictException conflict =
        Await.failure(
            ConflictException.class, workflows().update(first.withDetails(definition("late"))));

    assertThat(conflict.id()).isEqualTo(WORKFLOW.value());
    assertThat(conflict.expected()).contains("1");
    assertThat(conflict.actual()).contains("3");
    assertThat(Await.value(workflows().get(WORKFLOW))).isEqualTo(third);
  }

  @Test
  default void subscribing_to_an_applied_update_again_returns_its_result() {
    Mono<Workflow> update = workflows().update(created().withDetails(definition("second")));
    Workflow updated = Await.value(update);

    assertThat(Await.value(update)).isEqualTo(updated);
    assertThat(Race.allWin(16, i -> update)).containsOnly(updated);
    assertThat(Await.value(workflows().get(WORKFLOW))).as("written once").isEqualTo(updated);
  }

  @Test
  default void calling_update_again_is_another_update_even_if_it_says_the_same() {
    Workflow changed = created().withDetails(definition("second"));
    Await.value(workflows().update(changed));

    Await.failure(ConflictException.class, workflows().update(changed));
    assertThat(Await.value(workflows().get(WORKFLOW)).version()).isEqualTo(2);
  }

  @Test
  default void one_of_many_updates_from_the_same_version_wins() {
    Workflow workflow = created();
    List<Race.Finish<Workflow>> race =
        Race.run(32, i -> workflows().update(workflow.withDetails(definition("by-" + i))));

    assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .hasSize(31)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
  }

  @Test
  default void updating_an_unknown_workflow_fails() {
    created();
    Workflow unknown =
        new Workflow(new WorkflowId("unknown"), 1, definition("x"), LONG_AGO, LONG_AGO);

    assertThat(Await.failure(NotFoundException.class, workflows().update(unknown)).id())
        .isEqualTo("unknown");
    assertThat(Await.maybe(workflows().find(unknown.id()))).isEmpty();
  }

  @Test
  default void delete_removes_the_workflow_with_its_executions_and_is_harmless_without_one() {
    created();
    Await.value(workflows().start(WORKFLOW, new ExecutionId("e-1"), json(1)));

    Await.done(workflows().delete(WORKFLOW));
    Await.done(workflows().delete(WORKFLOW));

    assertThat(Await.maybe(workflows().find(WORKFLOW))).isEmpty();
    assertThat(Await.all(workflows().history(WORKFLOW, 10))).isEmpty();
    assertThat(created().version()).as("the id may be used again").isEqualTo(1);
    assertThat(Await.all(workflows().history(WORKFLOW, 10))).as("from scratch").isEmpty();
  }
}
