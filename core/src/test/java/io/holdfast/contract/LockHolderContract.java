package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.LockLostException;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LeaseDuration;
import io.holdfast.lock.LockHolder;
import io.holdfast.lock.LockRequest;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What is known of a holder, and for how long it is one. */
public interface LockHolderContract extends StorageContract {

  private LockStore locks() {
    return storage().locks();
  }

  private LockState state() {
    return Await.value(locks().find(LOCK));
  }

  @Test
  default void a_holder_says_something_about_itself() {
    Json about = Json.of("{\"host\":\"build-7\",\"step\":[1,2.50,null,\"\u00e9\"]}");
    Lease lease = Await.value(locks().tryAcquire(wish("a", LONG).withMetadata(about)));

    LockHolder holder = new LockHolder("a", lease.token(), lease.expiresAt(), 1, about);
    assertThat(state().holders()).containsExactly(holder);
    assertThat(Await.all(locks().list(5))).containsExactly(state());
    reopen();
    assertThat(state().holders()).as("after reopening").containsExactly(holder);
  }

  @Test
  default void what_a_holder_says_stays_with_its_lease() {
    Json about = Json.of("{\"n\":1}");
    Lease lease = Await.value(locks().tryAcquire(wish("a", LONG).withMetadata(about)));
    Await.value(locks().renew(lease));
    assertThat(state().holders().get(0).metadata()).as("renewed").isEqualTo(about);

    Json other = Json.of("{\"n\":2}");
    Await.value(locks().tryAcquire(wish("a", LONG).withMetadata(other)));
    assertThat(state().holders().get(0).metadata()).as("asked again").isEqualTo(other);

    Await.done(locks().release(lease));
    assertThat(state().holders()).as("released").isEmpty();
    Await.value(locks().tryAcquire(wish("b", LONG)));
    assertThat(state().holders().get(0).metadata()).as("the next one's").isEqualTo(Json.EMPTY);
  }

  @Test
  default void metadata_has_a_limit() {
    String filling = "x".repeat(LockRequest.METADATA_BYTES_MAX - 2);
    LockRequest largest = wish("a", LONG).withMetadata(Json.of('"' + filling + '"'));
    assertThatThrownBy(() -> largest.withMetadata(Json.of("\"x" + filling + '"')))
        .isInstanceOf(InvalidInputException.class);

    Await.value(locks().tryAcquire(largest));
    assertThat(state().holders().get(0).metadata()).isEqualTo(largest.metadata());
  }

  @Test
  default void a_lease_is_extended_by_what_is_asked_for() {
    Lease lease = Await.value(locks().tryAcquire(wish("a", Duration.ofMinutes(1))));
    Lease longer = Await.value(locks().extend(lease, Duration.ofHours(2)));

    assertThat(longer.token()).isEqualTo(lease.token());
    assertThat(longer.leaseDuration()).isEqualTo(Duration.ofHours(2));
    assertThat(longer.expiresAt()).isAfter(lease.expiresAt().plus(Duration.ofMinutes(90)));
    assertThat(state().expiresAt()).isEqualTo(longer.expiresAt());
    Lease shorter = Await.value(locks().extend(lease, Duration.ofSeconds(30)));
    assertThat(shorter.expiresAt()).as("from now").isBefore(longer.expiresAt());
    assertThat(state().expiresAt()).isEqualTo(shorter.expiresAt());
  }

  @Test
  default void a_lease_that_is_over_is_not_extended() {
    Lease lease = Await.value(locks().tryAcquire(wish("a", LONG)));
    Await.done(locks().release(lease));

    Await.failure(LockLostException.class, locks().extend(lease, LONG));
    Lease next = Await.value(locks().tryAcquire(wish("b", LONG)));
    Await.failure(LockLostException.class, locks().extend(lease, LONG));
    assertThat(state().expiresAt()).as("the holder is untouched").isEqualTo(next.expiresAt());
  }

  @Test
  default void a_duration_out_of_range_extends_nothing() {
    Lease lease = Await.value(locks().tryAcquire(wish("a", LONG)));
    List<Duration> illegal =
        List.of(
            Duration.ZERO,
            Duration.ofSeconds(-1),
            LeaseDuration.MIN.minusNanos(1),
            LeaseDuration.MAX.plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE));
    for (Duration duration : illegal) {
      Await.failure(InvalidInputException.class, Flux.defer(() -> locks().extend(lease, duration)));
    }
    assertThat(state().expiresAt()).isEqualTo(lease.expiresAt());
  }
}
