package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.LockLostException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Several holders at once: shared locks, and semaphores of n slots. */
public interface LockSharingContract extends StorageContract {

  private LockStore locks() {
    return storage().locks();
  }

  private Lease take(LockRequest request) {
    return Await.value(locks().tryAcquire(request));
  }

  private void requireRefused(LockRequest request) {
    Await.failure(ConflictException.class, locks().tryAcquire(request));
  }

  private LockState state() {
    return Await.value(locks().find(LOCK));
  }

  @Test
  default void those_that_share_hold_it_together_and_keep_others_out() {
    Lease a = take(wish("a", LONG).shared());
    Lease b = take(wish("b", LONG).shared());
    assertThat(b.token()).isGreaterThan(a.token());

    requireRefused(wish("c", LONG));
    Await.done(locks().release(a));
    requireRefused(wish("c", LONG));
    Await.done(locks().release(b));
    Lease c = take(wish("c", LONG));

    assertThat(c.token()).isGreaterThan(b.token());
    requireRefused(wish("d", LONG).shared());
  }

  @Test
  default void as_many_as_there_are_slots_hold_it() {
    List<Race.Finish<Lease>> race =
        Race.run(24, i -> locks().tryAcquire(wish("owner-" + i, LONG).slots(3)));

    List<Lease> won = new ArrayList<>();
    race.stream().filter(Race.Finish::won).forEach(finish -> won.add(finish.value()));
    assertThat(won).hasSize(3).extracting(Lease::token).doesNotHaveDuplicates();
    assertThat(race)
        .filteredOn(Race.Finish::lost)
        .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    Await.done(locks().release(won.get(1)));
    Lease next = take(wish("next", LONG).slots(3));
    assertThat(next.token()).isGreaterThan(won.stream().mapToLong(Lease::token).max().orElse(0));
    requireRefused(wish("one-more", LONG).slots(3));
  }

  @Test
  default void every_holder_and_the_new_one_have_to_suffer_each_other() {
    take(wish("a", LONG).slots(5));
    take(wish("b", LONG).slots(2));

    requireRefused(wish("c", LONG).slots(5));
    requireRefused(wish("c", LONG).slots(2));
    requireRefused(wish("c", LONG));
    assertThat(state().holders()).extracting(LockHolder::holdersMax).containsExactly(5, 2);
  }

  @Test
  default void an_expired_share_makes_room() {
    Lease brief = take(wish("a", SHORT).slots(2));
    Lease stays = take(wish("b", LONG).slots(2));
    Lease next =
        Await.until(
            Mono.defer(() -> locks().tryAcquire(wish("c", LONG).slots(2)))
                .onErrorResume(ConflictException.class, held -> Mono.empty()));

    Instant start = next.expiresAt().minus(next.leaseDuration());
    assertThat(start).as("by the storage's clock").isAfterOrEqualTo(brief.expiresAt());
    assertThat(next.token()).isGreaterThan(stays.token());
    assertThat(state().holders()).extracting(LockHolder::owner).containsExactly("b", "c");
    Await.failure(LockLostException.class, locks().renew(brief));
  }

  @Test
  default void each_share_is_renewed_by_itself() {
    Lease a = take(wish("a", Duration.ofSeconds(30)).shared());
    Lease b = take(wish("b", Duration.ofSeconds(60)).shared());
    Lease renewed = Await.value(locks().extend(a, Duration.ofMinutes(5)));

    assertThat(state().holders())
        .extracting(LockHolder::expiresAt)
        .containsExactly(renewed.expiresAt(), b.expiresAt());
    assertThat(state().expiresAt()).as("of the last").isEqualTo(renewed.expiresAt());
    Await.done(locks().release(a));
    assertThat(state().expiresAt()).isEqualTo(b.expiresAt());
    Await.failure(LockLostException.class, locks().renew(a));
    assertThat(Await.value(locks().renew(b)).token()).isEqualTo(b.token());
  }

  @Test
  default void the_same_owner_gets_the_same_share_and_no_other_mode() {
    Lease first = take(wish("a", Duration.ofMinutes(1)).slots(2));
    Lease again = take(wish("a", Duration.ofMinutes(9)).slots(2));

    assertThat(again.token()).isEqualTo(first.token());
    assertThat(again.expiresAt()).isAfter(first.expiresAt());
    assertThat(state().holders()).hasSize(1);
    requireRefused(wish("a", LONG));
    requireRefused(wish("a", LONG).slots(3));
    Await.done(locks().release(again));
    take(wish("a", LONG));
    requireRefused(wish("a", LONG).shared());
  }

  @Test
  default void all_holders_are_shown_with_what_they_say() {
    Json about = Json.of("{\"who\":\"a\"}");
    Lease a = take(wish("a", LONG).slots(7).withMetadata(about));
    Lease b = take(wish("b", LONG).slots(8));

    assertThat(state().holders())
        .containsExactly(
            new LockHolder("a", a.token(), a.expiresAt(), 7, about),
            new LockHolder("b", b.token(), b.expiresAt(), 8, Json.EMPTY));
    assertThat(state().token()).isEqualTo(b.token());
    assertThat(state().owner()).as("the last that came").isEqualTo("b");
    assertThat(Await.all(locks().list(9))).containsExactly(state());
    LockState before = state();
    reopen();
    assertThat(state()).isEqualTo(before);
  }

  @Test
  default void force_release_ends_every_share() {
    Lease a = take(wish("a", LONG).shared());
    Lease b = take(wish("b", LONG).shared());
    Await.done(locks().forceRelease(LOCK));

    assertThat(state().holders()).isEmpty();
    Await.failure(LockLostException.class, locks().renew(a));
    Await.failure(LockLostException.class, locks().renew(b));
    assertThat(take(wish("c", LONG)).token()).isGreaterThan(b.token());
  }

  @Test
  default void tokens_grow_in_all_modes_together() {
    List<Long> tokens = new ArrayList<>();
    for (int round = 0; round < 3; round++) {
      tokens.add(take(wish("a" + round, LONG).shared()).token());
      tokens.add(take(wish("b" + round, LONG).slots(9)).token());
      Await.done(locks().forceRelease(LOCK));
      reopen();
      Lease alone = take(wish("c" + round, LONG));
      tokens.add(alone.token());
      Await.done(locks().release(alone));
    }

    assertThat(tokens).isSorted().doesNotHaveDuplicates();
  }

  @Test
  default void the_number_of_holders_has_limits() {
    LockRequest wish = wish("a", LONG);
    for (int illegal : List.of(0, -1, LockRequest.HOLDERS_MAX + 1, Integer.MAX_VALUE)) {
      assertThatThrownBy(() -> wish.slots(illegal)).isInstanceOf(InvalidInputException.class);
    }

    take(wish.slots(LockRequest.HOLDERS_MAX));
    assertThat(state().holders().get(0).holdersMax()).isEqualTo(LockRequest.HOLDERS_MAX);
  }
}
