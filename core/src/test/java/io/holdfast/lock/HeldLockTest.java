package io.holdfast.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Work under a lock of a storage that does not answer as it should. */
class HeldLockTest {

  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration BRIEF = Duration.ofMillis(400);
  private static final Lease LEASE =
      new Lease(new LockName("lock"), "a", 7, BRIEF, Instant.parse("2026-11-20T10:00:00Z"));

  private final AtomicInteger renewals = new AtomicInteger();
  private final AtomicInteger releases = new AtomicInteger();
  private final AtomicBoolean cancelled = new AtomicBoolean();

  /** Locks whose renewals end in these ways, one after the other; the last one is for ever. */
  private LockLedger locks(List<Supplier<Mono<Lease>>> answers) {
    Queue<Supplier<Mono<Lease>>> left = new ConcurrentLinkedQueue<>(answers);
    return (LockLedger)
        Proxy.newProxyInstance(
            LockLedger.class.getClassLoader(),
            new Class<?>[] {LockLedger.class},
            (self, method, arguments) ->
                switch (method.getName()) {
                  case "renew" -> {
                    renewals.incrementAndGet();
                    yield left.size() > 1 ? left.remove().get() : left.element().get();
                  }
                  case "release" -> Mono.fromRunnable(releases::incrementAndGet);
                  default -> throw new AssertionError(method);
                });
  }

  private <T> Mono<T> working(LockLedger locks, Mono<T> work) {
    return HeldLock.doing(
        locks, Mono.just(LEASE), lease -> work.doOnCancel(() -> cancelled.set(true)));
  }

  private static Mono<Lease> renewed() {
    return Mono.just(LEASE);
  }

  private static Mono<Lease> away() {
    return Mono.error(() -> new UnavailableException("away"));
  }

  private void requireLost(LockLedger locks) {
    Throwable end = working(locks, Mono.<Throwable>never()).onErrorResume(Mono::just).block(LIMIT);

    assertThat(end).isInstanceOf(LockLostException.class);
    assertThat(cancelled).isTrue();
    assertThat(releases).hasValue(1);
  }

  @Test
  void is_cancelled_when_the_storage_does_not_answer_any_more() {
    requireLost(locks(List.of(HeldLockTest::renewed, Mono::never)));
    assertThat(renewals).as("one is under way at a time").hasValue(2);
  }

  @Test
  void is_cancelled_when_the_storage_stays_away_for_too_long() {
    requireLost(locks(List.of(HeldLockTest::renewed, HeldLockTest::away)));
    assertThat(renewals.get()).as("it was tried again").isGreaterThan(2);
  }

  @Test
  void goes_on_when_the_storage_comes_back_in_time() {
    LockLedger locks =
        locks(List.of(HeldLockTest::renewed, HeldLockTest::away, HeldLockTest::renewed));

    assertThat(working(locks, Mono.delay(BRIEF.multipliedBy(3)).thenReturn("done")).block(LIMIT))
        .isEqualTo("done");
    assertThat(releases).hasValue(1);
    assertThat(cancelled).isFalse();
  }

  @Test
  void does_not_begin_under_a_lease_that_was_lost_before_it_was_heard_of() {
    LockLedger locks = locks(List.of(() -> Mono.error(() -> new LockLostException("lock", 7))));
    AtomicBoolean begun = new AtomicBoolean();

    Throwable end =
        working(locks, Mono.<Throwable>fromRunnable(() -> begun.set(true)))
            .onErrorResume(Mono::just)
            .block(LIMIT);

    assertThat(end).isInstanceOf(LockLostException.class);
    assertThat(begun).isFalse();
  }
}
