package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** In which order those that wait get the lock. */
public interface LockOrderContract extends StorageContract {

  Duration IN_TIME = Duration.ofSeconds(25);

  private LockStore locks() {
    return storage().locks();
  }

  private Lease take(LockRequest request) {
    return Await.value(locks().tryAcquire(request));
  }

  private static void settle() {
    Await.done(Mono.delay(Duration.ofMillis(250)));
  }

  @Test
  default void those_of_one_process_are_served_as_they_came() {
    Lease first = take(wish("first", LONG));
    List<Integer> served = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> waiters = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      int number = i;
      waiters.add(
          locks()
              .acquire(wish("w-" + i, LONG), IN_TIME)
              .doOnNext(lease -> served.add(number))
              .flatMap(lease -> locks().release(lease))
              .toFuture());
      settle();
    }

    Await.done(locks().release(first));

    Await.done(Flux.fromIterable(waiters).concatMap(Mono::fromFuture));
    assertThat(served).containsExactly(0, 1, 2, 3, 4);
  }

  /** Those that share could else keep out for ever who wants to be alone. */
  @Test
  default void nobody_overtakes_who_waits() {
    Lease a = take(wish("a", LONG).shared());
    CompletableFuture<Lease> alone = locks().acquire(wish("alone", LONG), IN_TIME).toFuture();
    settle();

    Await.failure(ConflictException.class, locks().tryAcquire(wish("b", LONG).shared()));
    CompletableFuture<Lease> later = locks().acquire(wish("c", LONG).shared(), IN_TIME).toFuture();
    settle();
    assertThat(later).as("waits behind").isNotDone();

    Await.done(locks().release(a));
    Lease second = Await.value(Mono.fromFuture(alone));
    assertThat(later).as("waits for who is alone").isNotDone();
    Await.done(locks().release(second));
    assertThat(Await.value(Mono.fromFuture(later)).token()).isGreaterThan(second.token());
  }

  @Test
  default void those_behind_go_on_when_the_first_gives_up() {
    Lease a = take(wish("a", LONG).shared());
    CompletableFuture<Lease> alone = locks().acquire(wish("alone", LONG), IN_TIME).toFuture();
    settle();
    CompletableFuture<Lease> later = locks().acquire(wish("c", LONG).shared(), IN_TIME).toFuture();
    settle();

    alone.cancel(true);

    assertThat(Await.value(Mono.fromFuture(later)).token()).isGreaterThan(a.token());
  }

  @Test
  default void all_that_share_come_in_together() {
    Lease alone = take(wish("alone", LONG));
    List<CompletableFuture<Lease>> sharing =
        IntStream.range(0, 6)
            .mapToObj(i -> locks().acquire(wish("s-" + i, LONG).slots(6), IN_TIME).toFuture())
            .toList();
    settle();

    Await.done(locks().release(alone));

    List<Lease> leases = Await.all(Flux.fromIterable(sharing).concatMap(Mono::fromFuture));
    assertThat(leases).extracting(Lease::token).doesNotHaveDuplicates();
    assertThat(leases).allSatisfy(lease -> assertThat(lease.token()).isGreaterThan(alone.token()));
  }

  @Test
  default void of_many_contenders_everyone_comes_once_and_as_many_as_fit_are_inside() {
    for (int slots : List.of(1, 3)) {
      AtomicInteger inside = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();

      List<Long> tokens =
          Race.allWin(
              20,
              i ->
                  locks()
                      .withLock(
                          wish("owner-" + i, LONG).slots(slots),
                          IN_TIME,
                          lease ->
                              Mono.fromRunnable(
                                      () ->
                                          most.accumulateAndGet(
                                              inside.incrementAndGet(), Math::max))
                                  .then(Mono.delay(Duration.ofMillis(5)))
                                  .doOnNext(end -> inside.decrementAndGet())
                                  .thenReturn(lease.token())));

      assertThat(tokens).doesNotHaveDuplicates();
      assertThat(most.get()).as("of %s", slots).isBetween(1, slots);
    }
  }
}
