package io.holdfast.contract;

import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.UnavailableException;
import io.holdfast.lock.Leadership;
import io.holdfast.lock.LockState;
import io.holdfast.lock.LockStore;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** One leader at a time. */
public interface LockElectionContract extends StorageContract {

  Duration TERM = Duration.ofMillis(900);

  private LockStore locks() {
    return storage().locks();
  }

  private LockState state() {
    return Await.value(locks().find(LOCK));
  }

  /** Runs for leadership, and notes what happens. */
  class Candidate extends BaseSubscriber<Leadership> {

    private final BlockingQueue<Object> seen = new LinkedBlockingQueue<>();

    @Override
    protected void hookOnNext(Leadership value) {
      seen.add(value);
    }

    @Override
    protected void hookOnError(Throwable error) {
      seen.add(error);
    }

    @Override
    protected void hookOnComplete() {
      seen.add("complete");
    }

    private <T> T next(Class<T> type) {
      try {
        Object next = seen.poll(Await.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(next).isInstanceOf(type);
        return type.cast(next);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    private long gained() {
      return next(Leadership.Gained.class).lease().token();
    }

    private long lost() {
      return next(Leadership.Lost.class).lease().token();
    }
  }

  private Candidate candidate(String owner) {
    return locks().elect(wish(owner, TERM)).subscribeWith(new Candidate());
  }

  @Test
  default void a_candidate_leads_until_it_steps_down_and_the_next_one_follows() {
    Candidate first = candidate("a");
    long token = first.gained();
    Candidate second = candidate("b");
    Await.done(Mono.delay(TERM.multipliedBy(2)));
    assertThat(state().owner()).as("leads, and renews").isEqualTo("a");
    assertThat(state().token()).isEqualTo(token);
    assertThat(second.seen).isEmpty();

    first.cancel();

    assertThat(second.gained()).isEqualTo(token + 1);
    assertThat(first.seen).isEmpty();
    second.cancel();
    Await.value(locks().acquire(wish("c", LONG), Duration.ofSeconds(10)));
  }

  @Test
  default void a_leader_that_loses_the_lock_says_so_and_runs_again() {
    Candidate candidate = candidate("a");
    long token = candidate.gained();

    Await.done(locks().forceRelease(LOCK));

    assertThat(candidate.lost()).isEqualTo(token);
    assertThat(candidate.gained()).isGreaterThan(token);
    candidate.cancel();
  }

  @Test
  default void a_slow_subscriber_leads_all_the_same() {
    Candidate slow =
        locks()
            .elect(wish("a", TERM))
            .subscribeWith(
                new Candidate() {
                  @Override
                  protected void hookOnSubscribe(Subscription subscription) {
                    subscription.request(1);
                  }
                });
    long token = slow.gained();
    Await.done(Mono.delay(TERM.multipliedBy(2)));
    assertThat(state().token()).isEqualTo(token);
    assertThat(state().owner()).isEqualTo("a");

    Await.done(locks().forceRelease(LOCK));
    Await.done(Mono.delay(TERM));
    assertThat(slow.seen).as("nothing was asked for").isEmpty();
    slow.request(1);
    assertThat(slow.lost()).isEqualTo(token);
    slow.request(1);
    assertThat(slow.gained()).isGreaterThan(token);
    slow.cancel();
  }

  @Test
  default void a_candidate_fails_when_the_storage_is_closed() {
    Candidate leader = candidate("a");
    assertThat(leader.gained()).isPositive();
    Candidate waiting = candidate("b");

    reopen();

    assertThat(waiting.next(UnavailableException.class)).isNotNull();
    assertThat(leader.next(UnavailableException.class)).isNotNull();
  }
}
