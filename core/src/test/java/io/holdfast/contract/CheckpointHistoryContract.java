package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.StateDigest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Listing, deleting and pruning, and what stays readable. */
public interface CheckpointHistoryContract extends StorageContract {

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

  private Mono<Long> prune(int keepLast) {
    return checkpoints().prune(WORKFLOW, CheckpointRetention.last(keepLast));
  }

  private List<Long> versions() {
    return Await.all(checkpoints().list(WORKFLOW, 100).map(CheckpointInfo::version));
  }

  @Test
  default void lists_newest_first_with_size_and_checksum_but_without_state() {
    List<Checkpoint> saved = saved(5);

    List<CheckpointInfo> infos = Await.all(checkpoints().list(WORKFLOW, 3));

    assertThat(infos).extracting(CheckpointInfo::version).containsExactly(5L, 4L, 3L);
    for (CheckpointInfo info : infos) {
      Checkpoint checkpoint = saved.get((int) info.version() - 1);
      StateDigest digest = StateDigest.of(checkpoint.content().state());
      assertThat(info)
          .isEqualTo(
              new CheckpointInfo(
                  WORKFLOW,
                  checkpoint.version(),
                  checkpoint.createdAt(),
                  checkpoint.content().metadata(),
                  digest.sizeBytes(),
                  digest.sha256()));
    }
  }

  @Test
  default void delete_removes_one_version_and_is_harmless_without_one() {
    saved(3);
    Await.done(checkpoints().delete(WORKFLOW, 2));
    Await.done(checkpoints().delete(WORKFLOW, 2));
    Await.done(checkpoints().delete(WORKFLOW, 77));
    Await.done(checkpoints().delete(new WorkflowId("unknown"), 1));

    assertThat(versions()).containsExactly(3L, 1L);
    assertThat(Await.maybe(checkpoints().find(WORKFLOW, 2))).isEmpty();
    assertThat(Await.maybe(checkpoints().find(WORKFLOW, 1))).as("others stay").isPresent();
  }

  @Test
  default void a_deleted_version_is_not_given_out_again() {
    saved(3);
    Await.done(checkpoints().delete(WORKFLOW, 3));

    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW)).map(Checkpoint::version))
        .as("the highest that is there")
        .contains(2L);
    Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 2, content(9)));
    assertThat(Await.value(checkpoints().append(WORKFLOW, 3, content(4))).version()).isEqualTo(4);
    assertThat(versions()).containsExactly(4L, 2L, 1L);
  }

  @Test
  default void versions_go_on_when_all_were_deleted() {
    saved(2);
    Await.done(checkpoints().delete(WORKFLOW, 1));
    Await.done(checkpoints().delete(WORKFLOW, 2));

    assertThat(Await.maybe(checkpoints().findLatest(WORKFLOW))).isEmpty();
    Await.failure(ConflictException.class, checkpoints().append(WORKFLOW, 0, content(9)));
    assertThat(save(3).version()).isEqualTo(3);
  }

  @Test
  default void prune_keeps_the_newest_and_counts_the_rest() {
    saved(10);
    WorkflowId other = new WorkflowId("workflow-2");
    Await.value(checkpoints().append(other, 0, content(1)));
    Await.value(checkpoints().append(other, 1, content(2)));

    assertThat(Await.value(prune(3))).isEqualTo(7);
    assertThat(versions()).containsExactly(10L, 9L, 8L);
    assertThat(Await.value(prune(3))).as("done already").isZero();
    assertThat(Await.value(prune(100))).isZero();
    assertThat(Await.all(checkpoints().list(other, 10))).as("others stay").hasSize(2);
    assertThat(save(11).version()).isEqualTo(11);
  }

  @Test
  default void prune_counts_checkpoints_not_version_numbers() {
    saved(6);
    Await.done(checkpoints().delete(WORKFLOW, 5));
    Await.done(checkpoints().delete(WORKFLOW, 4));

    assertThat(Await.value(prune(2))).isEqualTo(2);
    assertThat(versions()).containsExactly(6L, 3L);
  }

  @Test
  default void a_state_reads_back_although_its_neighbours_are_gone() {
    List<Checkpoint> saved = saved(30);
    for (long version = 1; version <= 30; version++) {
      if (version % 7 != 0) {
        Await.done(checkpoints().delete(WORKFLOW, version));
      }
    }

    assertThat(versions()).containsExactly(28L, 21L, 14L, 7L);
    for (long version : versions()) {
      assertThat(Await.maybe(checkpoints().find(WORKFLOW, version)))
          .contains(saved.get((int) version - 1));
    }
  }

  @Test
  default void keeps_large_states_that_change_a_little() {
    String ballast = "x".repeat(500_000);
    for (int version = 1; version <= 10; version++) {
      Json state = Json.of("{\"ballast\":\"" + ballast + "\",\"n\":" + version + "}");
      Await.value(checkpoints().append(WORKFLOW, version - 1, CheckpointContent.of(state)));
    }

    for (int version = 1; version <= 10; version++) {
      Checkpoint checkpoint = Await.value(checkpoints().find(WORKFLOW, version));
      assertThat(checkpoint.content().state().tree().get("n").intValue()).isEqualTo(version);
      assertThat(checkpoint.content().state().tree().get("ballast").stringValue())
          .isEqualTo(ballast);
    }
  }
}
