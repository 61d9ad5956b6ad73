package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockState;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Two stores side by side have nothing in common: they neither see nor wake each other. */
public interface NeighbourContract extends StorageContract {

  /** Another store in the same place, and the same object at each call within a test. */
  UnifiedStorage neighbour();

  @Test
  default void each_has_its_own_holder_of_a_lock() {
    Lease own = Await.value(storage().locks().tryAcquire(wish("a", LONG)));
    assertThat(Await.all(neighbour().locks().list(10))).isEmpty();
    Lease other = Await.value(neighbour().locks().tryAcquire(wish("b", LONG)));

    assertThat(other.token()).as("tokens are counted apart").isEqualTo(own.token());
    assertThat(Await.all(storage().locks().list(10)))
        .singleElement()
        .extracting(LockState::owner)
        .isEqualTo("a");
    Await.done(neighbour().locks().forceRelease(LOCK));
    assertThat(Await.value(storage().locks().renew(own)).token()).isEqualTo(own.token());
  }

  @Test
  default void who_waits_for_a_lock_is_not_served_by_a_release_next_door() {
    Lease own = Await.value(storage().locks().tryAcquire(wish("a", LONG)));
    Lease other = Await.value(neighbour().locks().tryAcquire(wish("a", LONG)));

    StepVerifier.create(storage().locks().acquire(wish("b", LONG), Duration.ofSeconds(20)))
        .expectSubscription()
        .expectNoEvent(QUIET)
        .then(() -> Await.done(neighbour().locks().release(other)))
        .expectNoEvent(QUIET)
        .then(() -> Await.done(storage().locks().release(own)))
        .expectNextMatches(lease -> lease.owner().equals("b"))
        .verifyComplete();
    assertThat(Await.all(neighbour().locks().list(10))).isEmpty();
  }

  @Test
  default void each_has_its_own_sessions() {
    Session own = Await.value(storage().sessions().create(SESSION, details(1)));
    assertThat(Await.maybe(neighbour().sessions().find(SESSION))).isEmpty();
    Session other = Await.value(neighbour().sessions().create(SESSION, details(2)));
    Await.value(neighbour().sessions().update(other.withState(SessionState.COMPLETED)));

    assertThat(Await.value(neighbour().sessions().purge(SessionFilter.all()))).isEqualTo(1);
    assertThat(Await.all(storage().sessions().list(SessionFilter.all()))).containsExactly(own);
    assertThat(Await.value(storage().sessions().stats(SessionFilter.all())).sessions())
        .isEqualTo(1);
  }

  @Test
  default void who_watches_sessions_hears_nothing_from_next_door() {
    Flux<SessionChange> watch = storage().sessions().watch(SessionFilter.all());

    StepVerifier.create(watch)
        .expectSubscription()
        .expectNoEvent(QUIET)
        .then(() -> Await.value(neighbour().sessions().create(SESSION, details(2))))
        .expectNoEvent(QUIET)
        .then(() -> Await.value(storage().sessions().create(SESSION, details(1))))
        .expectNextMatches(
            change ->
                change instanceof SessionChange.Current current
                    && current.session().details().equals(details(1)))
        .thenCancel()
        .verify();
  }

  @Test
  default void each_has_its_own_dead_letters() {
    Await.value(storage().deadLetters().add(LETTER, json(1), failure(1)));

    assertThat(Await.all(neighbour().deadLetters().jobs(null, 10))).isEmpty();
    assertThat(Await.all(neighbour().deadLetters().claim(ClaimRequest.of("a", LONG, 10))))
        .isEmpty();
    assertThat(Await.value(neighbour().deadLetters().purge(DeadLetterFilter.all()))).isZero();
    assertThat(Await.value(neighbour().deadLetters().stats(JOB)).total()).isZero();
    assertThat(Await.all(storage().deadLetters().claim(ClaimRequest.of("a", LONG, 10)))).hasSize(1);
  }

  @Test
  default void who_subscribes_to_events_hears_nothing_from_next_door() {
    Flux<Long> versions =
        storage()
            .events()
            .subscribe(EventFilter.all(), StartFrom.beginning())
            .map(RecordedEvent::version);

    StepVerifier.create(versions)
        .expectSubscription()
        .then(
            () -> Await.value(neighbour().events().append(JOB, ExpectedVersion.none(), events(3))))
        .expectNoEvent(QUIET)
        .then(() -> Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(2))))
        .expectNext(1L, 2L)
        .thenCancel()
        .verify();
  }
}
