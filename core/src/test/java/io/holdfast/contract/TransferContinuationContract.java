package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.checkpoint.Checkpoint;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import io.holdfast.workflow.Workflow;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** Everyday work goes on where the loaded records end. */
public interface TransferContinuationContract extends StorageContract {

  JobId LOADED_JOB = new JobId("loaded");

  /** Three events of one job at 100, 200 and a million. */
  private List<RecordedEvent> loaded() {
    List<RecordedEvent> records =
        List.of(recorded(100, 1), recorded(200, 2), recorded(1_000_000, 3));
    assertThat(Await.value(storage().transfer(RecordedEvent.KIND).load(records))).isEqualTo(3);
    return records;
  }

  private static RecordedEvent recorded(long position, long version) {
    Event event = Event.of("old", json(1)).at(LONG_AGO);
    return new RecordedEvent(new Position(String.valueOf(position)), LOADED_JOB, version, event);
  }

  @Test
  default void appends_continue_after_loaded_versions() {
    loaded();

    Await.failure(
        ConflictException.class,
        storage().events().append(LOADED_JOB, ExpectedVersion.exactly(2), events(1)));
    AppendResult result =
        Await.value(storage().events().append(LOADED_JOB, ExpectedVersion.exactly(3), events(2)));
    assertThat(result.events()).extracting(Appended::version).containsExactly(4L, 5L);
  }

  @Test
  default void nothing_appears_at_or_below_a_loaded_position() {
    List<RecordedEvent> before = loaded();
    Position last = before.get(2).position();

    List<AppendResult> results =
        Race.allWin(
            40, i -> storage().events().append(Samples.job(i), ExpectedVersion.any(), events(2)));

    assertThat(results)
        .flatExtracting(AppendResult::events)
        .allSatisfy(appended -> assertThat(Histories.isBehind(appended.position(), last)).isTrue());
    List<RecordedEvent> all =
        Await.all(storage().events().read(EventQuery.forward(EventFilter.all())));
    assertThat(all).hasSize(83).startsWith(before.toArray(new RecordedEvent[0]));
    Histories.requireRising(all);
  }

  @Test
  default void positions_go_on_behind_loaded_ones_after_reopening() {
    Position last = loaded().get(2).position();
    reopen();

    AppendResult result =
        Await.value(storage().events().append(LOADED_JOB, ExpectedVersion.exactly(3), events(1)));
    assertThat(Histories.isBehind(result.last().position(), last)).isTrue();
  }

  @Test
  default void loaded_events_are_found_like_any_other() {
    List<RecordedEvent> records = loaded();
    Await.value(storage().events().append(LOADED_JOB, ExpectedVersion.exactly(3), events(1)));

    assertThat(Await.all(storage().events().read(EventQuery.job(LOADED_JOB)))).hasSize(4);
    EventFilter old = EventFilter.all().withTypes("old").within(LONG_AGO, null);
    assertThat(Await.all(storage().events().read(EventQuery.backward(old))))
        .containsExactly(records.get(2), records.get(1), records.get(0));
    assertThat(Await.value(storage().events().stats(LOADED_JOB)).byType()).containsEntry("old", 3L);
    assertThat(
            Await.all(
                storage()
                    .events()
                    .read(EventQuery.forward(EventFilter.all()).from(new Position("200")))))
        .as("behind a loaded position")
        .hasSize(2);
  }

  @Test
  default void subscribers_follow_through_loads_and_appends() {
    StepVerifier.create(
            storage()
                .events()
                .subscribe(EventFilter.all(), StartFrom.beginning())
                .map(RecordedEvent::version))
        .expectSubscription()
        .then(this::loaded)
        .expectNext(1L, 2L, 3L)
        .then(
            () ->
                Await.value(
                    storage().events().append(LOADED_JOB, ExpectedVersion.exactly(3), events(1))))
        .expectNext(4L)
        .thenCancel()
        .verify();
  }

  @Test
  default void sessions_go_on_from_their_loaded_version() {
    Session loaded = TransferSamples.session(1, 7).withState(SessionState.RUNNING);
    Session running =
        new Session(
            loaded.id(),
            7,
            SessionState.RUNNING,
            loaded.details(),
            new SessionTiming(LONG_AGO, LONG_AGO, null));
    Await.value(storage().transfer(Session.KIND).load(List.of(running)));

    Session updated =
        Await.value(storage().sessions().update(running.withState(SessionState.COMPLETED)));
    assertThat(updated.version()).isEqualTo(8);
    assertThat(updated.timing().createdAt()).isEqualTo(LONG_AGO);
  }

  @Test
  default void workflows_go_on_from_their_loaded_version() {
    Workflow loaded = TransferSamples.workflow(1, 7);
    Await.value(storage().transfer(Workflow.KIND).load(List.of(loaded)));

    Workflow updated =
        Await.value(storage().workflows().update(loaded.withDetails(Samples.definition("next"))));
    assertThat(updated.version()).isEqualTo(8);
  }

  @Test
  default void checkpoints_go_on_from_their_loaded_version() {
    Checkpoint third = TransferSamples.checkpoint(0);
    Checkpoint sixth = TransferSamples.checkpoint(10);
    assertThat(third.workflow()).isEqualTo(sixth.workflow());
    Await.value(storage().transfer(Checkpoint.KIND).load(List.of(third, sixth)));

    assertThat(Await.maybe(storage().checkpoints().findLatest(third.workflow()))).contains(sixth);
    Await.failure(
        ConflictException.class, storage().checkpoints().append(third.workflow(), 3, content(1)));
    assertThat(
            Await.value(storage().checkpoints().append(third.workflow(), 6, content(1))).version())
        .isEqualTo(7);
  }

  @Test
  default void claims_go_on_from_their_loaded_token() {
    DeadLetter loaded =
        new DeadLetter(
            letterKey("job", "item"),
            json(1),
            List.of(failure(1)),
            new DeadLetterState(true, LONG_AGO, 41, null),
            LONG_AGO,
            LONG_AGO);
    Await.value(storage().transfer(DeadLetter.KIND).load(List.of(loaded)));

    assertThat(Await.all(storage().deadLetters().claim(ClaimRequest.of("a", LONG, 1))))
        .singleElement()
        .extracting(claimed -> claimed.claim().token())
        .satisfies(token -> assertThat(token).isGreaterThan(41));
  }

  @Test
  default void locks_go_on_from_their_loaded_token() {
    LockState free = new LockState(Samples.LOCK, 41, null, LONG_AGO);
    Await.value(storage().transfer(LockState.KIND).load(List.of(free)));

    Lease lease = Await.value(storage().locks().tryAcquire(Samples.wish("a", LONG)));
    assertThat(lease.token()).isGreaterThan(41);
  }

  @Test
  default void a_loaded_lease_that_lasts_keeps_others_out() {
    LockState held = new LockState(Samples.LOCK, 41, "elsewhere", Instant.now().plus(LONG));
    Await.value(storage().transfer(LockState.KIND).load(List.of(held)));

    LockRequest wish = Samples.wish("a", LONG);
    Await.failure(ConflictException.class, storage().locks().tryAcquire(wish));
    assertThat(Await.value(storage().locks().find(Samples.LOCK)).owner()).isEqualTo("elsewhere");
  }
}
