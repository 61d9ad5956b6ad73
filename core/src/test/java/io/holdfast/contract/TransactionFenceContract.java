package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.session.Session;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Fenced transactions: they commit under the newest token only. */
public interface TransactionFenceContract extends StorageContract {

  private Lease acquire(String owner, Duration duration) {
    return Await.value(storage().locks().tryAcquire(wish(owner, duration)));
  }

  private Mono<Lease> takeOver(String owner) {
    return Mono.defer(() -> storage().locks().tryAcquire(wish(owner, LONG)))
        .switchIfEmpty(Mono.error(() -> new AssertionError("promised a lease")))
        .onErrorResume(ConflictException.class, held -> Mono.empty())
        .repeatWhenEmpty(again -> again.delayElements(Duration.ofMillis(20)));
  }

  private static Mono<Session> write(StoreSet tx) {
    return tx.events()
        .append(JOB, ExpectedVersion.none(), events(2))
        .then(tx.sessions().create(SESSION, details(1)));
  }

  private void requireNothingWritten() {
    assertThat(Await.maybe(storage().sessions().find(SESSION))).isEmpty();
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isZero();
  }

  @Test
  default void commits_under_a_live_lease() {
    Lease lease = acquire("a", LONG);

    Await.value(storage().inTransaction(lease, TransactionFenceContract::write));

    assertThat(Await.maybe(storage().sessions().find(SESSION))).isPresent();
    assertThat(Await.value(storage().events().count(EventFilter.all()))).isEqualTo(2);
  }

  @Test
  default void commits_under_a_renewed_lease_by_either_copy() {
    Lease lease = acquire("a", LONG);
    Lease renewed = Await.value(storage().locks().renew(lease));

    Await.value(storage().inTransaction(lease, TransactionFenceContract::write));
    Session session =
        Await.value(
            storage()
                .inTransaction(
                    renewed, tx -> tx.sessions().create(new SessionId("s-2"), details(2))));
    assertThat(session.version()).isEqualTo(1);
  }

  @Test
  default void fails_and_writes_nothing_once_somebody_else_has_the_lock() {
    Lease stale = acquire("a", SHORT);
    Lease fresh = Await.value(takeOver("b"));

    LockLostException lost =
        Await.failure(
            LockLostException.class,
            storage().inTransaction(stale, TransactionFenceContract::write));

    assertThat(lost.name()).isEqualTo(LOCK.value());
    assertThat(lost.token()).isEqualTo(stale.token());
    requireNothingWritten();
    Await.value(storage().inTransaction(fresh, TransactionFenceContract::write));
  }

  @Test
  default void fails_once_the_lock_was_released_and_taken_again() {
    Lease stale = acquire("a", LONG);
    Await.done(storage().locks().release(stale));
    Lease fresh = acquire("a", LONG);
    assertThat(fresh.token()).isGreaterThan(stale.token());

    Await.failure(
        LockLostException.class, storage().inTransaction(stale, TransactionFenceContract::write));
    requireNothingWritten();
  }

  @Test
  default void fails_once_an_operator_has_ended_the_lease() {
    Lease lease = acquire("a", LONG);
    Await.done(storage().locks().forceRelease(LOCK));

    Await.failure(
        LockLostException.class, storage().inTransaction(lease, TransactionFenceContract::write));
    requireNothingWritten();
  }

  @Test
  default void fails_under_a_lease_that_never_was() {
    Lease real = acquire("a", LONG);
    Instant until = real.expiresAt();
    Lease invented = new Lease(LOCK, "a", real.token() + 1, LONG, until);
    Lease elsewhere = new Lease(new LockName("never-taken"), "a", real.token(), LONG, until);

    Await.failure(
        LockLostException.class,
        storage().inTransaction(invented, TransactionFenceContract::write));
    Await.failure(
        LockLostException.class,
        storage().inTransaction(elsewhere, TransactionFenceContract::write));
    requireNothingWritten();
  }

  @Test
  default void a_failure_of_the_work_arrives_as_it_is() {
    Lease lease = acquire("a", LONG);
    Mono<String> failing =
        storage()
            .inTransaction(
                lease, tx -> write(tx).then(Mono.error(new IllegalStateException("mine"))));

    assertThat(Await.failure(IllegalStateException.class, failing)).hasMessage("mine");
    requireNothingWritten();
    assertThat(Await.value(storage().locks().renew(lease)).token())
        .as("the lease is still good")
        .isEqualTo(lease.token());
  }

  /** The lease runs out while the work goes on, and somebody is waiting for the lock. */
  @Test
  default void nobody_takes_the_lock_between_the_check_and_the_commit() {
    for (int round = 0; round < 5; round++) {
      SessionId id = new SessionId("round-" + round);
      Lease brief = acquire("brief-" + round, SHORT);
      Duration work = Duration.ofMillis(100 + 40L * round);

      Mono<Boolean> committed =
          storage()
              .inTransaction(
                  brief,
                  tx -> tx.sessions().create(id, details(1)).delayUntil(s -> Mono.delay(work)))
              .thenReturn(true)
              .onErrorResume(LockLostException.class, lost -> Mono.just(false));
      Mono<Boolean> seenByNextHolder =
          takeOver("next-" + round).flatMap(next -> storage().sessions().find(id).hasElement());
      var ends = Await.value(Mono.zip(committed, seenByNextHolder));

      assertThat(ends.getT2())
          .as("committed before the next holder came, or never (round %s)", round)
          .isEqualTo(ends.getT1());
      assertThat(Await.maybe(storage().sessions().find(id)).isPresent()).isEqualTo(ends.getT1());
      Await.done(storage().locks().forceRelease(LOCK));
    }
  }

  @Test
  default void one_lease_carries_many_transactions_at_once() {
    Lease lease = acquire("a", LONG);

    assertThat(
            Race.allWin(
                32,
                i ->
                    storage()
                        .inTransaction(
                            lease,
                            tx -> tx.sessions().create(new SessionId("s-" + i), details(i)))))
        .hasSize(32);
    assertThat(Await.value(storage().locks().find(LOCK)).token()).isEqualTo(lease.token());
  }
}
