package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.Names;
import io.holdfast.StorageTime;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Taking locks, one holder at a time. */
public interface LockAcquireContract extends StorageContract {

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
  default void a_lease_says_who_holds_what_until_when() {
    Lease lease = acquire("a", LONG);

    assertThat(lease.name()).isEqualTo(LOCK);
    assertThat(lease.owner()).isEqualTo("a");
    assertThat(lease.token()).isPositive();
    assertThat(lease.leaseDuration()).isEqualTo(LONG);
    assertThat(lease.expiresAt())
        .isCloseTo(Instant.now().plus(LONG), within(5, ChronoUnit.MINUTES));
    assertThat(state()).isEqualTo(new LockState(LOCK, lease.token(), "a", lease.expiresAt()));
  }

  @Test
  default void a_held_lock_is_a_conflict_that_names_the_holder() {
    Lease lease = acquire("holder-7", LONG);

    ConflictException held =
        Await.failure(ConflictException.class, locks().tryAcquire(wish("b", LONG)));

    assertThat(held.id()).isEqualTo(LOCK.value());
    assertThat(held.actual()).contains("holder-7");
    assertThat(held)
        .as("which lock, who has it, until when")
        .hasMessageContainingAll(
            LOCK.value(), "holder-7", StorageTime.format(lease.expiresAt()).substring(0, 19));
    assertThat(state().token()).as("the lease is untouched").isEqualTo(lease.token());
  }

  @Test
  default void one_of_many_acquirers_wins() {
    for (int round = 0; round < 5; round++) {
      LockName name = new LockName("round-" + round);
      List<Race.Finish<Lease>> race =
          Race.run(32, i -> locks().tryAcquire(new LockRequest(name, "owner-" + i, LONG)));

      assertThat(race).filteredOn(Race.Finish::won).as("holders").hasSize(1);
      assertThat(race)
          .filteredOn(Race.Finish::lost)
          .hasSize(31)
          .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    }
  }

  @Test
  default void locks_with_different_names_do_not_meet() {
    acquire("a", LONG);

    Lease other =
        Await.value(locks().tryAcquire(new LockRequest(new LockName("lock-2"), "b", LONG)));
    assertThat(other.owner()).isEqualTo("b");
  }

  @Test
  default void the_same_owner_gets_the_same_lease_renewed() {
    Lease first = acquire("a", Duration.ofMinutes(1));
    Lease again = acquire("a", Duration.ofMinutes(10));

    assertThat(again.token()).as("still the same acquisition").isEqualTo(first.token());
    assertThat(again.expiresAt()).as("renewed").isAfter(first.expiresAt().plusSeconds(60));
  }

  @Test
  default void concurrent_repetitions_of_one_wish_get_one_lease() {
    List<Lease> leases = Race.allWin(16, i -> locks().tryAcquire(wish("a", LONG)));

    assertThat(leases).extracting(Lease::token).containsOnly(leases.get(0).token());
  }

  @Test
  default void an_expired_lease_is_free_for_others_at_a_higher_token() {
    Lease first = acquire("a", SHORT);
    Lease second = acquireWhenFree("b");

    assertThat(second.token()).isGreaterThan(first.token());
    assertThat(second.owner()).isEqualTo("b");
    assertThat(state().owner()).isEqualTo("b");
  }

  @Test
  default void a_lease_is_not_taken_before_it_ends() {
    Lease first = acquire("a", Duration.ofMillis(600));
    Lease second = acquireWhenFree("b");

    Instant secondStart = second.expiresAt().minus(second.leaseDuration());
    assertThat(secondStart).as("by the storage's clock").isAfterOrEqualTo(first.expiresAt());
  }

  @Test
  default void the_same_owner_after_expiry_gets_a_new_lease() {
    Lease first = acquire("a", SHORT);
    Lease later =
        Await.until(
            Mono.defer(() -> locks().find(LOCK))
                .filter(lock -> !lock.isHeldAt(Instant.now().minus(SHORT)))
                .flatMap(ended -> locks().tryAcquire(wish("a", LONG))));

    assertThat(later.token())
        .as("somebody else may have had it between")
        .isGreaterThan(first.token());
  }

  @Test
  default void finds_nothing_under_a_name_that_was_never_taken() {
    acquire("a", LONG);

    assertThat(Await.maybe(locks().find(LOCK))).isPresent();
    assertThat(Await.maybe(locks().find(new LockName("never-taken")))).isEmpty();
  }

  @Test
  default void lists_the_locks_that_are_held_by_name() {
    List<String> names =
        List.of("b", "a", "B", "\uD83D\uDE00", "\uFF5E", "a/b", "\u00e9", "e\u0301");
    for (String name : names) {
      Await.value(locks().tryAcquire(new LockRequest(new LockName(name), "o-" + name, LONG)));
    }
    Await.done(locks().release(acquire("released", LONG)));
    LockRequest brief = new LockRequest(new LockName("expired"), "o", SHORT);
    Lease expired = Await.value(locks().tryAcquire(brief));
    Await.until(
        Mono.defer(() -> locks().find(expired.name()))
            .filter(lock -> !lock.isHeldAt(Instant.now().minus(SHORT))));

    List<LockState> listed = Await.all(locks().list(100));

    List<String> sorted = new ArrayList<>(names);
    sorted.sort(Names.ORDER);
    assertThat(listed).extracting(lock -> lock.name().value()).isEqualTo(sorted);
    assertThat(listed)
        .allSatisfy(lock -> assertThat(lock.owner()).isEqualTo("o-" + lock.name().value()));
    assertThat(Await.all(locks().list(3))).as("the first three").isEqualTo(listed.subList(0, 3));
  }
}
