package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.LockLostException;
import io.holdfast.SessionId;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Fenced transactions under leases of every mode. */
public interface LockFenceContract extends StorageContract {

  private Lease take(LockRequest request) {
    return Await.value(storage().locks().acquire(request, Duration.ofSeconds(20)));
  }

  private Mono<Session> write(Lease lease, String session) {
    return storage()
        .inTransaction(lease, tx -> tx.sessions().create(new SessionId(session), details(1)));
  }

  private void requireLost(Lease lease, String session) {
    Await.failure(LockLostException.class, write(lease, session));
    assertThat(Await.maybe(storage().sessions().find(new SessionId(session)))).isEmpty();
  }

  @Test
  default void every_share_commits_until_it_is_over() {
    Lease a = take(wish("a", LONG).slots(2));
    Lease b = take(wish("b", LONG).slots(2));
    Await.value(write(a, "a-1"));
    Await.value(write(b, "b-1"));
    Await.value(write(Await.value(storage().locks().renew(a)), "a-2"));

    Await.done(storage().locks().release(a));
    requireLost(a, "a-3");
    Await.value(write(b, "b-2"));
    Await.done(storage().locks().forceRelease(LOCK));
    requireLost(b, "b-3");
  }

  @Test
  default void an_expired_share_commits_no_more_once_its_place_is_taken() {
    Lease a = take(wish("a", SHORT).slots(2));
    Lease b = take(wish("b", LONG).slots(2));
    Lease c = take(wish("c", LONG).slots(2));

    requireLost(a, "a");
    Await.value(write(b, "b"));
    Await.value(write(c, "c"));
  }

  @Test
  default void an_expired_share_commits_no_more_once_somebody_is_alone() {
    Lease a = take(wish("a", SHORT).shared());
    Lease b = take(wish("b", SHORT).shared());
    Lease alone = take(wish("c", LONG));

    requireLost(a, "a");
    requireLost(b, "b");
    Await.value(write(alone, "c"));
  }

  @Test
  default void an_expired_exclusive_lease_commits_no_more_once_others_share() {
    Lease alone = take(wish("a", SHORT));
    Lease b = take(wish("b", LONG).shared());

    requireLost(alone, "a");
    Await.value(write(b, "b"));
  }

  /** The lease ends, by itself or by its holder, while a transaction under it is open. */
  @Test
  default void whoever_comes_next_sees_what_was_committed_before() {
    List<LockRequest> modes =
        List.of(wish("a", SHORT), wish("a", SHORT).slots(2), wish("a", SHORT).shared());
    for (int i = 0; i < modes.size(); i++) {
      String session = "s-" + i;
      Lease brief = take(modes.get(i));
      Sinks.Empty<Void> inside = Sinks.empty();
      Mono<Boolean> committed =
          storage()
              .inTransaction(
                  brief,
                  tx ->
                      tx.sessions()
                          .create(new SessionId(session), details(1))
                          .doOnNext(created -> inside.tryEmitEmpty())
                          .delayUntil(created -> Mono.delay(Duration.ofMillis(500))))
              .thenReturn(true);
      Mono<Boolean> seen =
          inside
              .asMono()
              .then(storage().locks().acquire(wish("next", LONG), Duration.ofSeconds(20)))
              .flatMap(next -> foundBy(next, session));

      var ends = Await.value(Mono.zip(committed, seen));
      assertThat(ends.getT2()).as("%s", modes.get(i)).isTrue();
    }
  }

  private Mono<Boolean> foundBy(Lease next, String session) {
    return storage()
        .sessions()
        .find(new SessionId(session))
        .hasElement()
        .delayUntil(found -> storage().locks().release(next));
  }
}
