package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Renewing, releasing, and what a token is worth. */
public interface LockLeaseContract extends StorageContract {

  private LockStore locks() {
    return storage().locks();
  }

  private Lease acquire(String owner, Duration duration) {
    return Await.value(locks().tryAcquire(wish(owner, duration)));
  }

  /** The lock, once whatever lease there is has ended. */
  private Lease acquireWhenFree(String owner) {
    return Await.until(
        Mono.defer(() -> locks().tryAcquire(wish(owner, LONG)))
            .switchIfEmpty(Mono.error(() -> new AssertionError("promised a lease")))
            .onErrorResume(ConflictException.class, held -> Mono.empty()));
  }

  private LockState state() {
    return Await.value(locks().find(LOCK));
  }

  @Test
  default void renewing_makes_the_lease_last_its_whole_duration_again() {
    Lease lease = acquire("a", LONG);
    Lease renewed = Await.value(locks().renew(lease));

    assertThat(renewed.token()).isEqualTo(lease.token());
    assertThat(renewed.owner()).isEqualTo("a");
    assertThat(renewed.leaseDuration()).isEqualTo(LONG);
    assertThat(renewed.expiresAt()).isAfterOrEqualTo(lease.expiresAt());
    assertThat(state().expiresAt()).isEqualTo(renewed.expiresAt());
  }

  @Test
  default void renewing_keeps_others_out_for_as_long_as_it_goes_on() {
    Lease lease = acquire("a", Duration.ofSeconds(2));
    Lease renewed = lease;
    Instant end = lease.expiresAt().plusMillis(300);
    while (renewed.expiresAt().minusSeconds(2).isBefore(end)) {
      renewed = Await.value(Mono.delay(Duration.ofMillis(200)).then(locks().renew(renewed)));
      Await.failure(ConflictException.class, locks().tryAcquire(wish("b", LONG)));
    }

    assertThat(renewed.token()).isEqualTo(lease.token());
  }

  @Test
  default void a_lease_that_has_ended_cannot_be_renewed() {
    Lease lease = acquire("a", SHORT);
    Await.until(
        Mono.defer(() -> locks().find(LOCK))
            .filter(lock -> !lock.isHeldAt(Instant.now().minus(SHORT))));

    LockLostException lost = Await.failure(LockLostException.class, locks().renew(lease));
    assertThat(lost.name()).isEqualTo(LOCK.value());
    assertThat(lost.token()).isEqualTo(lease.token());
  }

  @Test
  default void a_lease_that_somebody_else_has_taken_over_cannot_be_renewed() {
    Lease stale = acquire("a", SHORT);
    Lease fresh = acquireWhenFree("b");

    Await.failure(LockLostException.class, locks().renew(stale));
    assertThat(state())
        .as("the holder is untouched")
        .isEqualTo(new LockState(LOCK, fresh.token(), "b", fresh.expiresAt()));
  }

  @Test
  default void a_released_lock_is_free_at_once_at_a_higher_token() {
    Lease first = acquire("a", LONG);
    Await.done(locks().release(first));
    assertThat(state().owner()).as("nobody holds it").isNull();
    assertThat(state().token()).as("the fence stays").isGreaterThanOrEqualTo(first.token());

    Lease second = acquire("b", LONG);
    assertThat(second.token()).isGreaterThan(first.token());
    Await.failure(LockLostException.class, locks().renew(first));
  }

  @Test
  default void releasing_again_is_harmless() {
    Lease first = acquire("a", LONG);
    Await.done(locks().release(first));
    Await.done(locks().release(first));
    Lease second = acquire("b", LONG);

    Await.done(locks().release(first));

    assertThat(state().owner()).as("a stale release frees nobody's lock").isEqualTo("b");
    assertThat(Await.value(locks().renew(second)).token()).isEqualTo(second.token());
  }

  @Test
  default void force_release_ends_whatever_lease_there_is() {
    Lease first = acquire("a", LONG);
    Await.done(locks().forceRelease(LOCK));
    Await.done(locks().forceRelease(LOCK));
    Await.done(locks().forceRelease(new LockName("never-taken")));

    Await.failure(LockLostException.class, locks().renew(first));
    assertThat(state().isHeldAt(Instant.now())).isFalse();
    assertThat(acquire("b", LONG).token()).isGreaterThan(first.token());
    assertThat(Await.maybe(locks().find(new LockName("never-taken")))).isEmpty();
  }

  @Test
  default void tokens_only_grow() {
    List<Long> tokens = new ArrayList<>();
    tokens.add(acquire("a", SHORT).token());
    tokens.add(acquireWhenFree("b").token());
    Await.done(locks().release(Await.value(locks().tryAcquire(wish("b", LONG)))));
    tokens.add(acquire("a", LONG).token());
    Await.done(locks().forceRelease(LOCK));
    tokens.add(acquire("a", LONG).token());
    reopen();
    tokens.add(acquire("a", LONG).token());
    Await.done(locks().forceRelease(LOCK));
    reopen();
    tokens.add(acquire("c", LONG).token());

    assertThat(tokens).isSorted();
    assertThat(List.of(tokens.get(0), tokens.get(1), tokens.get(2), tokens.get(3), tokens.get(5)))
        .as("each acquisition has a token of its own")
        .doesNotHaveDuplicates();
    assertThat(tokens.get(4)).as("a lease survives reopening").isEqualTo(tokens.get(3));
  }
}
