package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.CorruptDataException;
import io.holdfast.RecordTransfer;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.checkpoint.CheckpointStore;
import io.holdfast.checkpoint.IntactCheckpoint;
import io.holdfast.contract.CheckpointVandal.Part;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Damage is found when it is read, said, and not handed on. */
public interface CheckpointDamageContract extends StorageContract {

  /** Damages what {@link #storage} has kept. */
  CheckpointVandal vandal();

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  /** Versions of a state of 60 kB that shares most of its pieces with the one before. */
  private List<Checkpoint> saved(WorkflowId workflow, int count) {
    SlowState state = new SlowState(60, 1_000, 7);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 0; version < count; version++) {
      state.change(3);
      saved.add(Await.value(checkpoints().append(workflow, version, state.content())));
    }
    return saved;
  }

  private CorruptDataException damaged(WorkflowId workflow, long version) {
    return Await.failure(CorruptDataException.class, checkpoints().find(workflow, version));
  }

  @Test
  default void every_damaged_part_of_a_large_checkpoint_is_found_and_named() {
    for (Part part : EnumSet.complementOf(EnumSet.of(Part.STATE))) {
      WorkflowId workflow = new WorkflowId("damaged " + part);
      saved(workflow, 1);
      vandal().damage(part, workflow, 1);

      CorruptDataException damage = damaged(workflow, 1);
      assertThat(damage.where()).as("%s", part).isNotEmpty();
      assertThat(Await.failure(CorruptDataException.class, checkpoints().findLatest(workflow)))
          .as("%s", part)
          .hasMessage(damage.getMessage());
    }
  }

  @Test
  default void a_damaged_small_checkpoint_is_found_and_named() {
    for (Part part : List.of(Part.STATE, Part.ROW)) {
      WorkflowId workflow = new WorkflowId("damaged " + part);
      Await.value(checkpoints().append(workflow, 0, content(12345)));
      vandal().damage(part, workflow, 1);

      assertThat(damaged(workflow, 1).where()).as("%s", part).isNotEmpty();
    }
  }

  @Test
  default void an_export_may_pass_over_a_damaged_one_and_says_so() {
    List<Checkpoint> saved = new ArrayList<>();
    for (String workflow : List.of("a", "b", "c")) {
      saved.addAll(saved(new WorkflowId(workflow), 1));
    }
    vandal().damage(Part.BODY, new WorkflowId("b"), 1);
    List<CorruptDataException> damaged = new ArrayList<>();
    RecordTransfer<Checkpoint> transfer = storage().transfer(Checkpoint.KIND);

    assertThat(Await.all(transfer.exportIntact(damaged::add)))
        .containsExactly(saved.get(0), saved.get(2));
    assertThat(damaged).hasSize(1);
    assertThat(damaged.get(0))
        .hasMessageContaining("Checkpoint b@1")
        .hasMessageContaining(damaged(new WorkflowId("b"), 1).getMessage());
    CorruptDataException given = new CorruptDataException("this", "one too many");
    assertThat(
            Await.failure(
                CorruptDataException.class,
                transfer.exportIntact(
                    found -> {
                      throw given;
                    })))
        .hasMessage(given.getMessage());
    Await.failure(CorruptDataException.class, transfer.export());
  }

  @Test
  default void an_export_names_every_version_that_needs_a_damaged_pack() {
    saved(WORKFLOW, 3);
    vandal().damage(Part.PACK, WORKFLOW, 1);
    List<CorruptDataException> damaged = new ArrayList<>();

    assertThat(Await.all(storage().transfer(Checkpoint.KIND).exportIntact(damaged::add))).isEmpty();
    assertThat(damaged).extracting(CorruptDataException::where).doesNotHaveDuplicates().hasSize(3);
  }

  @Test
  default void damaged_metadata_is_not_listed() {
    Await.value(checkpoints().append(WORKFLOW, 0, content(12345)));
    vandal().damage(Part.ROW, WORKFLOW, 1);

    Await.failure(CorruptDataException.class, checkpoints().list(WORKFLOW, 10));
  }

  @Test
  default void the_newest_intact_version_is_found_and_what_was_passed_over_is_said() {
    List<Checkpoint> saved = saved(WORKFLOW, 6);
    vandal().damage(Part.BODY, WORKFLOW, 5);
    vandal().damage(Part.MANIFEST, WORKFLOW, 6);

    IntactCheckpoint intact = Await.value(checkpoints().findLatestIntact(WORKFLOW));

    assertThat(intact.checkpoint()).isEqualTo(saved.get(3));
    assertThat(intact.skipped())
        .extracting(IntactCheckpoint.Skipped::version)
        .as("6 itself, and 5, whose pieces are damaged")
        .containsExactly(6L, 5L);
    assertThat(intact.skipped())
        .extracting(skipped -> skipped.damage().getMessage())
        .contains(damaged(WORKFLOW, 6).getMessage());
  }

  @Test
  default void without_damage_the_latest_is_the_newest_intact_one() {
    List<Checkpoint> saved = saved(WORKFLOW, 2);

    assertThat(Await.value(checkpoints().findLatestIntact(WORKFLOW)))
        .isEqualTo(new IntactCheckpoint(saved.get(1), List.of()));
    assertThat(Await.maybe(checkpoints().findLatestIntact(new WorkflowId("unknown")))).isEmpty();
  }

  @Test
  default void if_all_are_damaged_that_is_what_is_said() {
    saved(WORKFLOW, 3);
    vandal().damage(Part.BODY, WORKFLOW, 1);

    CorruptDataException damage =
        Await.failure(CorruptDataException.class, checkpoints().findLatestIntact(WORKFLOW));
    assertThat(damage).hasMessageContaining("the newest of 3").hasMessageContaining("pack 1");
  }

  @Test
  default void a_save_does_not_build_on_what_is_damaged() {
    for (Part part : List.of(Part.MANIFEST, Part.DIRECTORY, Part.BODY, Part.PACK)) {
      WorkflowId workflow = new WorkflowId("goes on after " + part);
      List<Checkpoint> saved = saved(workflow, 3);
      vandal().damage(part, workflow, part == Part.MANIFEST ? 3 : 1);
      damaged(workflow, 3);

      CheckpointContent same = saved.get(2).content();
      Checkpoint fourth = Await.value(checkpoints().append(workflow, 3, same));

      assertThat(Await.value(checkpoints().findLatest(workflow)))
          .as("after damage of %s", part)
          .isEqualTo(fourth);
    }
  }

  @Test
  default void what_is_damaged_can_be_deleted_and_pruned() {
    saved(WORKFLOW, 4);
    vandal().damage(Part.BODY, WORKFLOW, 4);
    vandal().damage(Part.MANIFEST, WORKFLOW, 2);

    Await.done(checkpoints().delete(WORKFLOW, 4));
    assertThat(Await.value(checkpoints().findLatest(WORKFLOW)).version()).isEqualTo(3);
    Await.value(checkpoints().prune(WORKFLOW, CheckpointRetention.last(1)));
    assertThat(Await.all(checkpoints().list(WORKFLOW, 10)).stream().map(CheckpointInfo::version))
        .containsExactly(3L);
    assertThat(Await.value(checkpoints().find(WORKFLOW, 3)).version()).isEqualTo(3);
  }
}
