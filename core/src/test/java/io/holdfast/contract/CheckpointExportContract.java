package io.holdfast.contract;

import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.InvalidInputException;
import io.holdfast.NotFoundException;
import io.holdfast.StorageException;
import io.holdfast.WorkflowId;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.checkpoint.CheckpointExport;
import io.holdfast.checkpoint.CheckpointStore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** Checkpoints leave a storage as lines, and come back from them. */
public interface CheckpointExportContract extends StorageContract {

  WorkflowId COPY = new WorkflowId("copy");

  private CheckpointStore checkpoints() {
    return storage().checkpoints();
  }

  /** Large ones and small ones; the second is gone. */
  private List<Checkpoint> saved() {
    SlowState state = new SlowState(40, 500, 11);
    List<Checkpoint> saved = new ArrayList<>();
    for (int version = 0; version < 5; version++) {
      state.change(2);
      saved.add(
          Await.value(
              checkpoints()
                  .append(WORKFLOW, version, version == 3 ? content(4) : state.content())));
    }
    Await.done(checkpoints().delete(WORKFLOW, 2));
    saved.remove(1);
    return saved;
  }

  private List<byte[]> exported() {
    return Await.all(CheckpointExport.of(checkpoints(), WORKFLOW, null));
  }

  private long load(List<byte[]> lines, WorkflowId as) {
    return Await.value(CheckpointExport.load(storage(), Flux.fromIterable(lines), as));
  }

  private <E extends StorageException> E refused(Class<E> type, List<byte[]> lines) {
    E failure =
        Await.failure(type, CheckpointExport.load(storage(), Flux.fromIterable(lines), COPY));
    assertThat(Await.all(checkpoints().list(COPY, 10))).as("nothing is written").isEmpty();
    return failure;
  }

  @Test
  default void a_history_is_the_same_when_it_comes_back() {
    List<Checkpoint> saved = saved();
    List<byte[]> lines = exported();

    assertThat(load(lines, COPY)).isEqualTo(4);
    for (Checkpoint checkpoint : saved) {
      assertThat(Await.maybe(checkpoints().find(COPY, checkpoint.version())))
          .contains(
              new Checkpoint(
                  COPY, checkpoint.version(), checkpoint.createdAt(), checkpoint.content()));
    }
    assertThat(load(lines, COPY)).as("again").isZero();
    assertThat(load(lines, WORKFLOW)).as("over itself").isZero();
    assertThat(Await.value(checkpoints().append(COPY, 5, content(6))).version()).isEqualTo(6);
  }

  @Test
  default void one_version_can_leave_alone() {
    List<Checkpoint> saved = saved();

    List<byte[]> lines = Await.all(CheckpointExport.of(checkpoints(), WORKFLOW, 3L));
    assertThat(lines).hasSize(3);
    assertThat(load(lines, COPY)).isEqualTo(1);
    assertThat(Await.value(checkpoints().findLatest(COPY)).content())
        .isEqualTo(saved.get(1).content());
  }

  @Test
  default void what_is_not_there_cannot_leave() {
    saved();

    Await.failure(NotFoundException.class, CheckpointExport.of(checkpoints(), COPY, null));
    Await.failure(NotFoundException.class, CheckpointExport.of(checkpoints(), WORKFLOW, 2L));
  }

  @Test
  default void any_damaged_byte_is_found_before_anything_is_written() {
    saved();
    List<byte[]> lines = exported();

    for (int line = 0; line < lines.size(); line++) {
      for (int at : new int[] {0, 20, 100, lines.get(line).length / 2}) {
        if (at < lines.get(line).length - 3) {
          List<byte[]> damaged = new ArrayList<>(lines);
          byte[] bytes = lines.get(line).clone();
          bytes[at] ^= 1;
          damaged.set(line, bytes);
          refused(StorageException.class, damaged);
        }
      }
    }
  }

  @Test
  default void lines_that_are_missing_moved_or_too_many_are_found() {
    saved();
    List<byte[]> lines = exported();

    for (int line = 0; line < lines.size(); line++) {
      List<byte[]> missing = new ArrayList<>(lines);
      missing.remove(line);
      refused(StorageException.class, missing);
    }
    List<byte[]> swapped = new ArrayList<>(lines);
    swapped.set(1, lines.get(2));
    swapped.set(2, lines.get(1));
    assertThat(refused(CorruptDataException.class, swapped)).hasMessageContaining("line 2");
    List<byte[]> twice = new ArrayList<>(lines);
    twice.addAll(lines);
    assertThat(refused(CorruptDataException.class, twice)).hasMessageContaining("behind the end");
    assertThat(refused(CorruptDataException.class, lines.subList(0, 3)))
        .hasMessageContaining("ends after line 3");
  }

  @Test
  default void what_is_no_export_is_refused() {
    for (String line : List.of("", "x", "{}", "[1]", "{\"export\":1}", "{\"checkpoint\":{}}")) {
      refused(StorageException.class, List.of(line.getBytes(StandardCharsets.UTF_8)));
    }
    refused(CorruptDataException.class, List.of());
    refused(InvalidInputException.class, List.of("no JSON".getBytes(StandardCharsets.UTF_8)));
    assertThat(Await.value(checkpoints().append(COPY, 0, content(1))).version()).isEqualTo(1);
  }

  @Test
  default void a_workflow_that_has_other_checkpoints_is_left_alone() {
    saved();
    List<byte[]> lines = exported();
    Checkpoint other = Await.value(checkpoints().append(COPY, 0, content(1)));

    Await.failure(
        ConflictException.class, CheckpointExport.load(storage(), Flux.fromIterable(lines), COPY));
    assertThat(Await.maybe(checkpoints().findLatest(COPY))).contains(other);
  }
}
