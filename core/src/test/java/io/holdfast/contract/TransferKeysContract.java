package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.contract.TransferSamples.Batch;
import io.holdfast.contract.TransferSamples.Change;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looking for one record, and taking one away, by what tells it from all others. */
public interface TransferKeysContract extends StorageContract {

  private void loadAll() {
    TransferSamples.batches().forEach(this::load);
  }

  private <R> void load(Batch<R> batch) {
    assertThat(Await.value(storage().transfer(batch.kind()).load(batch.records()))).isPositive();
  }

  @Test
  default void finds_every_record_by_its_identity() {
    loadAll();

    TransferSamples.batches().forEach(this::requireFound);
    reopen();
    TransferSamples.batches().forEach(this::requireFound);
  }

  private <R> void requireFound(Batch<R> batch) {
    RecordTransfer<R> transfer = storage().transfer(batch.kind());
    for (R record : batch.records()) {
      assertThat(Await.value(transfer.find(batch.kind().identity(record)))).isEqualTo(record);
    }
  }

  @Test
  default void finds_nothing_where_nothing_is() {
    for (RecordKind<?> kind : storage().kinds()) {
      assertThat(Await.maybe(storage().transfer(kind).find(new RecordKey("none", "7")))).isEmpty();
    }
    loadAll();

    for (RecordKind<?> kind : storage().kinds()) {
      assertThat(Await.maybe(storage().transfer(kind).find(new RecordKey("none", "7")))).isEmpty();
    }
  }

  @Test
  default void names_that_look_alike_together_are_told_apart() {
    DeadLetterKey one = new DeadLetterKey(new JobId("a/b"), new ItemId("c"));
    DeadLetterKey other = new DeadLetterKey(new JobId("a"), new ItemId("b/c"));
    Await.value(storage().deadLetters().add(one, json(1), failure(1)));
    Await.value(storage().deadLetters().add(other, json(2), failure(1)));
    RecordTransfer<DeadLetter> transfer = storage().transfer(DeadLetter.KIND);

    Await.done(transfer.remove(new RecordKey("a/b", "c")));

    assertThat(Await.maybe(transfer.find(new RecordKey("a/b", "c")))).isEmpty();
    assertThat(Await.value(transfer.find(new RecordKey("a", "b/c"))).data()).isEqualTo(json(2));
  }

  @Test
  default void takes_one_record_away_and_leaves_the_others() {
    loadAll();
    List<Batch<?>> batches = new ArrayList<>(TransferSamples.batches());
    // Executions go before their workflows do, which would take them along.
    Collections.reverse(batches);

    for (Batch<?> batch : batches) {
      if (!batch.kind().equals(RecordedEvent.KIND)) {
        requireRemoved(batch);
      }
    }
  }

  private <R> void requireRemoved(Batch<R> batch) {
    RecordTransfer<R> transfer = storage().transfer(batch.kind());
    List<R> there = Await.all(transfer.export());
    RecordKey key = batch.kind().identity(there.get(1));

    Await.done(transfer.remove(key));
    Await.done(transfer.remove(key));

    assertThat(Await.maybe(transfer.find(key))).as("%s %s", batch.kind().name(), key).isEmpty();
    List<R> left = new ArrayList<>(there);
    left.remove(1);
    assertThat(Await.all(transfer.export())).as(batch.kind().name()).isEqualTo(left);
  }

  @Test
  default void an_older_record_is_loaded_where_the_newer_one_was_taken_away() {
    loadAll();

    TransferSamples.changes().forEach(this::requireReplaced);
  }

  private <R> void requireReplaced(Change<R> change) {
    RecordTransfer<R> transfer = storage().transfer(change.kind());
    RecordKey key = change.kind().identity(change.newer());
    Await.value(transfer.load(List.of(change.newer())));

    Await.done(transfer.remove(key));
    assertThat(Await.value(transfer.load(List.of(change.older())))).isEqualTo(1);

    assertThat(Await.value(transfer.find(key))).isEqualTo(change.older());
  }

  @Test
  default void with_a_workflow_go_its_executions() {
    loadAll();
    WorkflowExecution execution =
        Await.value(storage().transfer(WorkflowExecution.KIND).export().next());

    Await.done(
        storage().transfer(Workflow.KIND).remove(RecordKey.of(execution.workflow().value())));

    assertThat(Await.all(storage().transfer(WorkflowExecution.KIND).export()))
        .isNotEmpty()
        .noneMatch(left -> left.workflow().equals(execution.workflow()));
  }

  @Test
  default void a_checkpoint_that_was_taken_away_leaves_its_version_used() {
    Await.value(storage().checkpoints().append(WORKFLOW, 0, content(1)));
    Await.value(storage().checkpoints().append(WORKFLOW, 1, content(2)));

    Await.done(storage().transfer(Checkpoint.KIND).remove(RecordKey.of(WORKFLOW.value(), 2)));

    assertThat(Await.value(storage().checkpoints().findLatest(WORKFLOW)).version()).isEqualTo(1);
    assertThat(Await.value(storage().checkpoints().append(WORKFLOW, 2, content(3))).version())
        .isEqualTo(3);
  }

  @Test
  default void events_are_not_taken_away() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(2)));

    Await.failure(
        InvalidInputException.class,
        storage().transfer(RecordedEvent.KIND).remove(RecordKey.of(JOB.value(), 2)));

    assertThat(Await.value(storage().transfer(RecordedEvent.KIND).count())).isEqualTo(2);
  }

  @Test
  default void looking_and_taking_away_take_no_null() {
    for (RecordKind<?> kind : storage().kinds()) {
      RecordTransfer<?> transfer = storage().transfer(kind);
      assertThatNullPointerException().isThrownBy(() -> transfer.find(null));
      assertThatNullPointerException().isThrownBy(() -> transfer.remove(null));
    }
    assertThat(storage().kinds()).isNotEmpty();
  }
}
