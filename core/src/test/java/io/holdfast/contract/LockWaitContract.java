package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.UnavailableException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Waiting for a lock that is held. */
public interface LockWaitContract extends StorageContract {

  /** Shorter than any look without a call, where calls are heard. */
  Duration SOON = Duration.ofSeconds(4);

  Duration PATIENCE = Duration.ofSeconds(20);

  private LockStore locks() {
    return storage().locks();
  }

  private Lease take(LockRequest request) {
    return Await.value(locks().tryAcquire(request));
  }

  /** Sends a waiter, and returns once it is in line: nobody else gets the lock then. */
  private CompletableFuture<Lease> waiting(LockRequest request) {
    CompletableFuture<Lease> lease = locks().acquire(request, PATIENCE).toFuture();
    Await.done(Mono.delay(Duration.ofMillis(300)));
    assertThat(lease).as("waits").isNotDone();
    return lease;
  }

  private static Lease soon(CompletableFuture<Lease> lease) {
    return Await.value(Mono.fromFuture(lease.orTimeout(SOON.toMillis(), TimeUnit.MILLISECONDS)));
  }

  @Test
  default void a_free_lock_is_not_waited_for() {
    Lease lease = Await.value(locks().acquire(wish("a", LONG), Duration.ZERO));

    assertThat(lease.owner()).isEqualTo("a");
    assertThat(Await.value(locks().find(LOCK)).token()).isEqualTo(lease.token());
  }

  @Test
  default void a_waiter_is_woken_by_the_release() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> second = waiting(wish("b", LONG));

    Await.done(locks().release(first));

    assertThat(soon(second).token()).isGreaterThan(first.token());
    assertThat(Await.value(locks().find(LOCK)).owner()).isEqualTo("b");
  }

  @Test
  default void a_waiter_is_woken_by_a_forced_release() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> second = waiting(wish("b", LONG));

    Await.done(locks().forceRelease(LOCK));

    assertThat(soon(second).token()).isGreaterThan(first.token());
  }

  @Test
  default void a_waiter_is_woken_by_a_release_that_commits() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> second = waiting(wish("b", LONG));

    Await.failure(
        IllegalStateException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.locks()
                        .release(first)
                        .then(Mono.error(new IllegalStateException("rolled back")))));
    assertThat(second).as("still held").isNotDone();
    Await.done(storage().inTransaction(tx -> tx.locks().release(first)));

    assertThat(soon(second).token()).isGreaterThan(first.token());
  }

  @Test
  default void a_waiter_gets_a_lock_whose_lease_ends() {
    Lease first = take(wish("a", Duration.ofMillis(700)));
    Lease second = Await.value(locks().acquire(wish("b", LONG), PATIENCE));

    assertThat(second.token()).isGreaterThan(first.token());
    Instant start = second.expiresAt().minus(second.leaseDuration());
    assertThat(start).as("by the storage's clock").isAfterOrEqualTo(first.expiresAt());
  }

  @Test
  default void a_waiter_gives_up_at_its_deadline_and_names_the_holder() {
    Lease lease = take(wish("holder-7", LONG));
    Duration patience = Duration.ofMillis(400);

    ConflictException held =
        Await.failure(ConflictException.class, locks().acquire(wish("b", LONG), patience));

    assertThat(held.id()).isEqualTo(LOCK.value());
    assertThat(held.actual()).contains("holder-7");
    assertThat(held.expected()).contains(patience.toString());
    Await.done(locks().release(lease));
    assertThat(take(wish("c", LONG)).token()).as("nobody waits").isGreaterThan(lease.token());
  }

  @Test
  default void patience_has_limits() {
    Lease lease = take(wish("a", LONG));
    for (Duration illegal :
        List.of(
            Duration.ofNanos(-1),
            Duration.ofHours(24).plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE))) {
      Await.failure(
          InvalidInputException.class, Flux.defer(() -> locks().acquire(wish("b", LONG), illegal)));
    }

    Await.failure(ConflictException.class, locks().acquire(wish("b", LONG), Duration.ZERO));
    assertThat(Await.value(locks().find(LOCK)).token()).isEqualTo(lease.token());
  }

  @Test
  default void a_waiter_that_is_cancelled_leaves_nothing_behind() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> waiter = waiting(wish("b", LONG));
    waiter.cancel(true);
    Disposable another = locks().acquire(wish("c", LONG), PATIENCE).subscribe();
    another.dispose();
    Await.done(Mono.delay(Duration.ofMillis(300)));
    Await.done(locks().release(first));

    Lease next = take(wish("d", LONG));
    assertThat(next.token()).as("nobody had it between").isEqualTo(first.token() + 1);
    assertThat(Await.value(locks().find(LOCK)).owner()).isEqualTo("d");
  }

  @Test
  default void what_a_cancelled_waiter_was_just_given_is_given_back() {
    long last = 0;
    for (int round = 0; round < 40; round++) {
      Duration soon = Duration.ofNanos(100_000L * round);
      Await.all(
          locks()
              .acquire(wish("cancelled-" + round, LONG), PATIENCE)
              .takeUntilOther(Mono.delay(soon))
              .flatMap(lease -> locks().release(lease)));
      Lease next = Await.value(locks().acquire(wish("next-" + round, LONG), PATIENCE));
      assertThat(next.token()).isGreaterThan(last);
      last = next.token();
      Await.done(locks().release(next));
    }
  }

  @Test
  default void whoever_has_it_is_not_kept_waiting_by_those_that_wait() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> waiter = waiting(wish("b", LONG));

    Lease again = Await.value(locks().acquire(wish("a", LONG), Duration.ZERO));

    assertThat(again.token()).isEqualTo(first.token());
    Await.done(locks().release(again));
    assertThat(soon(waiter).token()).isGreaterThan(first.token());
  }

  @Test
  default void locks_are_waited_for_one_by_one() {
    LockRequest elsewhere = new LockRequest(new LockName("lock-2"), "x", LONG);
    Lease one = take(wish("a", LONG));
    Lease other = take(elsewhere);
    CompletableFuture<Lease> waiter = waiting(wish("b", LONG));

    Await.done(locks().release(other));
    assertThat(Await.value(locks().acquire(elsewhere, Duration.ZERO)).token())
        .isGreaterThan(other.token());
    assertThat(waiter).isNotDone();
    Await.done(locks().release(one));
    assertThat(soon(waiter).name()).isEqualTo(LOCK);
  }

  @Test
  default void waiting_ends_when_the_storage_is_closed() {
    Lease first = take(wish("a", LONG));
    CompletableFuture<Lease> waiter = waiting(wish("b", LONG));

    reopen();

    Await.failure(UnavailableException.class, Mono.fromFuture(waiter));
    assertThat(Await.value(locks().renew(first)).token()).isEqualTo(first.token());
    Await.failure(
        ConflictException.class, locks().acquire(wish("c", SHORT), Duration.ofMillis(100)));
  }
}
