package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.LockLostException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Work under a lock that renews itself. */
public interface LockWorkContract extends StorageContract {

  Duration BRIEF = Duration.ofMillis(900);
  Duration WAIT = Duration.ofSeconds(10);

  private LockStore locks() {
    return storage().locks();
  }

  private LockState state() {
    return Await.value(locks().find(LOCK));
  }

  private Lease next() {
    return Await.value(locks().acquire(wish("next", LONG), WAIT));
  }

  @Test
  default void the_lock_is_held_for_the_work_and_free_after_it() {
    Lease during =
        Await.value(
            locks()
                .withLock(
                    wish("a", LONG),
                    WAIT,
                    lease ->
                        locks()
                            .find(LOCK)
                            .doOnNext(held -> assertThat(held.owner()).isEqualTo("a"))
                            .thenReturn(lease)));

    assertThat(state().owner()).isNull();
    assertThat(next().token()).isEqualTo(during.token() + 1);
  }

  @Test
  default void work_that_emits_nothing_is_done_too() {
    AtomicBoolean done = new AtomicBoolean();
    assertThat(
            Await.maybe(
                locks()
                    .withLock(
                        wish("a", LONG), WAIT, lease -> Mono.fromRunnable(() -> done.set(true)))))
        .isEmpty();

    assertThat(done).isTrue();
    assertThat(state().owner()).isNull();
  }

  @Test
  default void the_lock_is_free_after_a_failure_which_arrives_as_it_is() {
    Mono<String> failing =
        locks()
            .withLock(
                wish("a", LONG), WAIT, lease -> Mono.error(new IllegalStateException("mine")));

    assertThat(Await.failure(IllegalStateException.class, failing)).hasMessage("mine");
    assertThat(state().owner()).isNull();
    Mono<String> throwing =
        locks()
            .withLock(
                wish("a", LONG),
                WAIT,
                lease -> {
                  throw new IllegalStateException("thrown");
                });
    assertThat(Await.failure(IllegalStateException.class, throwing)).hasMessage("thrown");
    assertThat(next().token()).isPositive();
  }

  @Test
  default void the_lock_is_free_after_a_cancel() {
    Sinks.One<Lease> begun = Sinks.one();
    AtomicBoolean cancelled = new AtomicBoolean();
    Disposable working =
        locks()
            .withLock(
                wish("a", LONG),
                WAIT,
                lease ->
                    Mono.<String>never()
                        .doOnSubscribe(start -> begun.tryEmitValue(lease))
                        .doOnCancel(() -> cancelled.set(true)))
            .doOnTerminate(begun::tryEmitEmpty)
            .subscribe();
    Lease first = Await.value(begun.asMono());
    working.dispose();

    assertThat(next().token()).isGreaterThan(first.token());
    assertThat(cancelled).isTrue();
  }

  @Test
  default void work_does_not_begin_without_the_lock() {
    AtomicBoolean begun = new AtomicBoolean();
    Await.value(locks().tryAcquire(wish("a", LONG)));

    Await.failure(
        ConflictException.class,
        locks()
            .withLock(
                wish("b", LONG),
                Duration.ofMillis(200),
                lease -> Mono.fromRunnable(() -> begun.set(true))));

    assertThat(begun).isFalse();
    assertThat(state().owner()).isEqualTo("a");
  }

  @Test
  default void the_lease_is_renewed_while_the_work_goes_on() {
    Lease during =
        Await.value(
            locks()
                .withLock(
                    wish("a", BRIEF),
                    WAIT,
                    lease ->
                        Mono.delay(BRIEF.multipliedBy(3))
                            .then(locks().tryAcquire(wish("b", LONG)))
                            .onErrorResume(ConflictException.class, held -> Mono.just(lease))));

    assertThat(during.owner()).as("others were kept out").isEqualTo("a");
    assertThat(next().token()).isEqualTo(during.token() + 1);
  }

  /** A blocking call, as many have them, on the thread that the work is given. */
  @Test
  default void renewals_do_not_wait_for_work_that_blocks() {
    Long token =
        Await.value(
            locks()
                .withLock(
                    wish("a", BRIEF),
                    WAIT,
                    lease ->
                        Mono.fromCallable(
                            () -> {
                              Await.done(Mono.delay(BRIEF.multipliedBy(3)));
                              return lease.token();
                            })));

    assertThat(next().token()).isEqualTo(token + 1);
  }

  @Test
  default void work_is_cancelled_when_the_lease_is_lost() {
    Sinks.One<Lease> begun = Sinks.one();
    AtomicBoolean cancelled = new AtomicBoolean();
    Mono<String> working =
        locks()
            .withLock(
                wish("a", BRIEF),
                WAIT,
                lease ->
                    Mono.<String>never()
                        .doOnSubscribe(start -> begun.tryEmitValue(lease))
                        .doOnCancel(() -> cancelled.set(true)));
    Mono<String> losing =
        working.or(begun.asMono().then(locks().forceRelease(LOCK)).then(Mono.never()));

    LockLostException lost = Await.failure(LockLostException.class, losing);

    assertThat(lost.name()).isEqualTo(LOCK.value());
    assertThat(cancelled).isTrue();
    assertThat(next().token()).isGreaterThan(lost.token());
  }

  @Test
  default void work_commits_under_its_lease() {
    Await.value(
        locks()
            .withLock(
                wish("a", LONG).slots(2),
                WAIT,
                lease ->
                    storage()
                        .inTransaction(lease, tx -> tx.sessions().create(SESSION, details(1)))));

    assertThat(Await.maybe(storage().sessions().find(SESSION))).isPresent();
    assertThat(state().owner()).isNull();
  }
}
