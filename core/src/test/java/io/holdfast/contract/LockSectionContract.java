package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.lock.LockName;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Short sections of transactions that do not run side by side. */
public interface LockSectionContract extends StorageContract {

  @Test
  default void one_transaction_at_a_time_is_inside() {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    Race.allWin(
        12,
        i ->
            storage()
                .inTransaction(
                    tx ->
                        tx.locks()
                            .enter(LOCK)
                            .then(tx.locks().enter(LOCK))
                            .then(
                                Mono.fromRunnable(
                                    () ->
                                        most.accumulateAndGet(inside.incrementAndGet(), Math::max)))
                            .then(Mono.delay(Duration.ofMillis(10)))
                            .then(tx.sessions().create(new SessionId("s-" + i), details(i)))
                            .doOnNext(created -> inside.decrementAndGet())));

    assertThat(most).hasValue(1);
  }

  @Test
  default void a_section_is_free_again_after_a_failure_and_is_no_lease() {
    Await.failure(
        IllegalStateException.class,
        storage()
            .inTransaction(
                tx -> tx.locks().enter(LOCK).then(Mono.error(new IllegalStateException("mine")))));

    Await.value(
        storage()
            .inTransaction(
                tx ->
                    tx.locks()
                        .enter(LOCK)
                        .then(tx.locks().enter(new LockName("another")))
                        .then(tx.locks().tryAcquire(wish("a", LONG)))));
    assertThat(Await.all(storage().locks().list(5))).hasSize(1);
    assertThat(Await.maybe(storage().locks().find(new LockName("another")))).isEmpty();
  }
}
