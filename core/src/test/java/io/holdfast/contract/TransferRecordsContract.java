package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.CorruptDataException;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.RecordKind;
import io.holdfast.RecordTransfer;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.contract.TransferSamples.Batch;
import io.holdfast.contract.TransferSamples.Change;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.subscription.HeldJob;
import io.holdfast.subscription.Subscription;
import io.holdfast.workflow.Workflow;
import io.holdfast.workflow.WorkflowExecution;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Copying records of every kind in and out as they are. */
public interface TransferRecordsContract extends StorageContract {

  private <R> void load(Batch<R> batch) {
    assertThat(Await.value(storage().transfer(batch.kind()).load(batch.records())))
        .as("%s written", batch.kind().name())
        .isEqualTo(batch.records().size());
  }

  private <R> List<R> export(RecordKind<R> kind) {
    return Await.all(storage().transfer(kind).export());
  }

  private void loadAll() {
    TransferSamples.batches().forEach(this::load);
  }

  @Test
  default void keeps_every_kind_with_a_name_of_its_own() {
    List<RecordKind<?>> kinds = storage().kinds();

    assertThat(kinds)
        .contains(
            RecordedEvent.KIND,
            Session.KIND,
            Checkpoint.KIND,
            DeadLetter.KIND,
            Workflow.KIND,
            WorkflowExecution.KIND,
            LockState.KIND,
            Subscription.KIND,
            HeldJob.KIND);
    assertThat(kinds).extracting(RecordKind::name).doesNotHaveDuplicates();
    assertThat(kinds.indexOf(Workflow.KIND))
        .as("in the order in which they can be loaded")
        .isLessThan(kinds.indexOf(WorkflowExecution.KIND));
  }

  @Test
  default void exports_what_was_loaded_exactly_and_in_order() {
    loadAll();

    for (Batch<?> batch : TransferSamples.batches()) {
      requireSame(batch);
    }
    reopen();
    for (Batch<?> batch : TransferSamples.batches()) {
      requireSame(batch);
    }
  }

  private <R> void requireSame(Batch<R> batch) {
    List<R> exported = export(batch.kind());
    assertThat(exported).as(batch.kind().name()).isEqualTo(batch.records());
    assertThat(Await.all(storage().transfer(batch.kind()).exportIntact(this::requireNone)))
        .as("%s, all intact", batch.kind().name())
        .isEqualTo(batch.records());
    assertThat(exported.stream().map(record -> batch.kind().encode(record)).toList())
        .as("%s as JSON", batch.kind().name())
        .isEqualTo(batch.records().stream().map(record -> batch.kind().encode(record)).toList());
  }

  private void requireNone(CorruptDataException damage) {
    throw new AssertionError("Nothing is damaged", damage);
  }

  @Test
  default void counts_what_is_there() {
    for (RecordKind<?> kind : storage().kinds()) {
      assertThat(Await.value(storage().transfer(kind).count())).as(kind.name()).isZero();
      assertThat(Await.all(storage().transfer(kind).export())).as(kind.name()).isEmpty();
    }

    loadAll();

    for (Batch<?> batch : TransferSamples.batches()) {
      assertThat(Await.value(storage().transfer(batch.kind()).count()))
          .as(batch.kind().name())
          .isEqualTo(batch.records().size());
    }
  }

  @Test
  default void loading_again_writes_nothing() {
    loadAll();

    TransferSamples.batches().forEach(this::loadAgain);
    TransferSamples.batches().forEach(this::requireSame);
  }

  private <R> void loadAgain(Batch<R> batch) {
    assertThat(Await.value(storage().transfer(batch.kind()).load(batch.records())))
        .as("%s written the second time", batch.kind().name())
        .isZero();
  }

  @Test
  default void loading_goes_on_where_it_was_interrupted() {
    for (Batch<?> batch : TransferSamples.batches()) {
      loadInTwoSteps(batch);
    }
    TransferSamples.batches().forEach(this::requireSame);
  }

  private <R> void loadInTwoSteps(Batch<R> batch) {
    RecordTransfer<R> transfer = storage().transfer(batch.kind());
    assertThat(Await.value(transfer.load(batch.records().subList(0, 25)))).isEqualTo(25);
    assertThat(Await.value(transfer.load(batch.records().subList(15, 60))))
        .as("%s written of those that overlap", batch.kind().name())
        .isEqualTo(35);
  }

  @Test
  default void a_newer_record_replaces_an_older_one_and_never_the_other_way_round() {
    loadAll();

    TransferSamples.changes().forEach(this::requireNewerWins);
  }

  private <R> void requireNewerWins(Change<R> change) {
    RecordTransfer<R> transfer = storage().transfer(change.kind());
    String key = change.kind().key(change.newer());
    Await.value(transfer.load(List.of(change.newer())));
    assertThat(current(change.kind(), key)).as("newer wins").isEqualTo(change.newer());

    assertThat(Await.value(transfer.load(List.of(change.older()))))
        .as("older %s written", change.kind().name())
        .isZero();
    assertThat(current(change.kind(), key)).as("older is left out").isEqualTo(change.newer());
    assertThat(Await.value(transfer.count())).as("replaced, not added").isEqualTo(60);
  }

  private <R> R current(RecordKind<R> kind, String key) {
    return export(kind).stream()
        .filter(record -> kind.key(record).equals(key))
        .findFirst()
        .orElseThrow(() -> new AssertionError(kind.name() + " lost " + key));
  }

  @Test
  default void loading_nothing_writes_nothing() {
    loadAll();

    for (RecordKind<?> kind : storage().kinds()) {
      assertThat(Await.value(storage().transfer(kind).load(List.of()))).as(kind.name()).isZero();
    }
  }

  @Test
  default void an_event_that_does_not_follow_fails_the_whole_load() {
    RecordTransfer<RecordedEvent> transfer = storage().transfer(RecordedEvent.KIND);
    List<RecordedEvent> back = List.of(event(5, "a", 2), event(6, "b", 1), event(7, "a", 1));
    List<RecordedEvent> twice = List.of(event(5, "a", 2), event(6, "b", 1), event(7, "a", 2));

    for (List<RecordedEvent> wrong : List.of(back, twice)) {
      ConflictException conflict = Await.failure(ConflictException.class, transfer.load(wrong));

      assertThat(conflict.id()).as("names the job, or the event").startsWith("a");
      assertThat(Await.value(transfer.count())).as("all or none").isZero();
    }
    assertThat(Await.value(transfer.load(back.subList(0, 2)))).isEqualTo(2);
    Await.failure(ConflictException.class, transfer.load(back.subList(2, 3)));
    Await.failure(ConflictException.class, transfer.load(twice.subList(2, 3)));
    Await.failure(ConflictException.class, transfer.load(List.of(event(6, "c", 1))));
    assertThat(Await.value(transfer.count())).isEqualTo(2);
  }

  @Test
  default void versions_have_holes_where_months_were_dropped() {
    RecordTransfer<RecordedEvent> transfer = storage().transfer(RecordedEvent.KIND);
    List<RecordedEvent> left =
        List.of(
            event(15, "late", 11),
            event(16, "middle", 2),
            event(17, "late", 12),
            event(30, "middle", 9),
            event(31, "late", 13));

    assertThat(Await.value(transfer.load(left.subList(0, 3)))).isEqualTo(3);
    assertThat(Await.value(transfer.load(left))).as("of those that overlap").isEqualTo(2);
    assertThat(Await.value(transfer.load(left))).as("again").isZero();

    reopen();
    assertThat(export(RecordedEvent.KIND)).isEqualTo(left);
    assertThat(versions(EventQuery.job(new JobId("late")))).containsExactly(11L, 12L, 13L);
    assertThat(versions(EventQuery.job(new JobId("middle")))).containsExactly(2L, 9L);
    assertThat(versions(EventQuery.job(new JobId("middle")).fromVersion(3))).containsExactly(9L);
    assertThat(appendedTo("late", 13)).isEqualTo(14);
    assertThat(appendedTo("middle", 9)).isEqualTo(10);
  }

  private List<Long> versions(EventQuery query) {
    return Await.all(storage().events().read(query)).stream().map(RecordedEvent::version).toList();
  }

  private long appendedTo(String job, long version) {
    return Await.value(
            storage().events().append(new JobId(job), ExpectedVersion.exactly(version), events(1)))
        .last()
        .version();
  }

  @Test
  default void exports_what_the_stores_wrote() {
    Await.value(storage().events().append(new JobId("a"), ExpectedVersion.none(), events(3)));
    Session session = Await.value(storage().sessions().create(Samples.SESSION, Samples.details(1)));

    assertThat(export(Session.KIND)).containsExactly(session);
    assertThat(export(RecordedEvent.KIND))
        .isEqualTo(Await.all(storage().events().read(EventQuery.forward(EventFilter.all()))));
  }

  @Test
  default void exports_in_pages_on_demand() {
    List<RecordedEvent> many = new ArrayList<>();
    for (int i = 1; i <= 5_000; i++) {
      many.add(event(i, "job", i));
    }
    assertThat(Await.value(storage().transfer(RecordedEvent.KIND).load(many))).isEqualTo(5_000);

    StepVerifier.create(storage().transfer(RecordedEvent.KIND).export(), 0)
        .expectSubscription()
        .thenRequest(3)
        .expectNextSequence(many.subList(0, 3))
        .then(() -> Await.value(storage().sessions().create(Samples.SESSION, Samples.details(1))))
        .thenRequest(5_000)
        .expectNextSequence(many.subList(3, 5_000))
        .verifyComplete();
  }

  private static RecordedEvent event(long position, String job, long version) {
    return new RecordedEvent(
        new Position(String.valueOf(position)),
        new JobId(job),
        version,
        Event.of("t", json(1)).at(LONG_AGO));
  }
}
