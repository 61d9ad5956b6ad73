package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Saving and reading checkpoints. */
public interface CheckpointSaveContract extends StorageContract {

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  private Checkpoint save(int version) {
    return Await.value(checkpoints().append(WORKFLOW, version - 1, content(version)));
  }

  private List<Checkpoint> saved(int count) {
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 1; version <= count; version++) {
      saved.add(save(version));
    }
    return saved;
  }

  private List<Long> versions() {
    return Await.all(checkpoints().list(WORKFLOW, 100).map(CheckpointInfo::version));
  }

  @Test
  default void versions_count_from_one() {
    List<Checkpoint> saved = saved(3);

    assertThat(saved).extracting(Checkpoint::version).containsExactly(1L, 2L, 3L);
    assertThat(saved).extracting(Checkpoint::workflow).containsOnly(WORKFLOW);
    assertThat(saved)
        .extracting(Checkpoint::content)
        .containsExactly(content(1), content(2), content(3));
    assertThat(saved.get(0).createdAt()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
  }

  @Test
  default void each_workflow_counts_its_own_versions() {
    saved(3);
    WorkflowId other = new WorkflowId("workflow-2");

    assertThat(Await.value(checkpoints().append(other, 0, content(1))).version()).isEqualTo(1);
    assertThat(versions()).as("the first one is left alone").containsExactly(3L, 2L, 1L);
  }

  @Test
  default void every_version_can_be_read_back() {
    List<Checkpoint> saved = saved(20);

    for (Checkpoint checkpoint : saved) {
      assertThat(Await.maybe(checkpoints().find(WORKFLOW, checkpoint.version())))
          .contains(checkpoint);
    }
    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).contains(saved.get(19));
  }

  @Test
  default void finds_nothing_where_nothing_is() {
    saved(2);

    assertThat(Await.maybe(checkpoints().find(WORKFLOW, 2))).isPresent();
    assertThat(Await.maybe(checkpoints().find(WORKFLOW, 3))).isEmpty();
    WorkflowId unknown = new WorkflowId("unknown");
    assertThat(Await.maybe(checkpoints().find(unknown, 1))).isEmpty();
    assertThat(Await.maybe(checkpoints().findLatest(unknown))).isEmpty();
    assertThat(Await.all(checkpoints().list(unknown, 10))).isEmpty();
  }

  @Test
  default void a_save_from_another_version_is_a_conflict() {
    saved(3);

    ConflictException stale =
        Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 1, content(9)));
    assertThat(stale.id()).isEqualTo(WORKFLOW.value());
    assertThat(stale.expected()).contains("1");
    assertThat(stale.actual()).contains("3");
    Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 0, content(9)));
    Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 4, content(9)));
    Await.failure(
        ConflictException.class, checkpoints().append(new WorkflowId("new"), 1, content(9)));
    assertThat(versions()).as("nothing was written").containsExactly(3L, 2L, 1L);
  }

  @Test
  default void subscribing_to_an_applied_save_again_returns_its_result() {
    saved(2);
    Mono<Checkpoint> save = checkpoints().append(WORKFLOW, 2, content(3));
    Checkpoint third = Await.value(save);

    assertThat(Await.value(save)).isEqualTo(third);
    assertThat(Race.allWin(16, i -> save)).containsOnly(third);
    assertThat(versions()).as("saved once").containsExactly(3L, 2L, 1L);
  }

  @Test
  default void calling_append_again_is_another_save_even_if_it_says_the_same() {
    saved(3);

    Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 2, content(3)));
    List<Race.Finish<Checkpoint>> race =
        Race.run(16, i -> checkpoints().append(WORKFLOW, 3, content(4)));
    assertThat(race).filteredOn(Race.Finish::won).as("equal saves, one winner").hasSize(1);
    assertThat(versions()).containsExactly(4L, 3L, 2L, 1L);
  }

  @Test
  default void an_unchanged_state_is_a_new_version_all_the_same() {
    Await.value(checkpoints().append(WORKFLOW, 0, content(7)));
    Checkpoint second = Await.value(checkpoints().append(WORKFLOW, 1, content(7)));

    assertThat(second.version()).isEqualTo(2);
    assertThat(versions()).containsExactly(2L, 1L);
  }

  @Test
  default void one_of_many_savers_wins_each_version() {
    for (int version = 0; version < 4; version++) {
      int expected = version;
      List<Race.Finish<Checkpoint>> race =
          Race.run(24, i -> checkpoints().append(WORKFLOW, expected, content(100 + i)));

      assertThat(race).filteredOn(Race.Finish::won).hasSize(1);
      assertThat(race)
          .filteredOn(Race.Finish::lost)
          .hasSize(23)
          .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    }
    assertThat(versions()).containsExactly(4L, 3L, 2L, 1L);
  }
}
