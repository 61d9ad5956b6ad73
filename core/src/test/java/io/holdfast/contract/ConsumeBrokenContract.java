package io.holdfast.contract;

import static io.holdfast.contract.Consuming.OPTIONS;
import static io.holdfast.contract.Consuming.append;
import static io.holdfast.contract.Consuming.awaitProcessed;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.LockLostException;
import io.holdfast.Position;
import io.holdfast.StorageException;
import io.holdfast.UnavailableException;
import io.holdfast.contract.Consuming.Seen;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.ConsumeOptions;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Transactional handlers whose transaction cannot be kept, or takes long. */
@SuppressWarnings("try") // Members work in the background until their block ends.
public interface ConsumeBrokenContract extends StorageContract {

  /** One attempt, and the job is held. */
  ConsumeOptions ONCE =
      OPTIONS.withFailures(
          FailurePolicy.DEFAULT.withAttempts(1).withBackoff(Duration.ofMillis(5)).holdingJobs());

  private static boolean isSecond(RecordedEvent event) {
    return event.version() == 2 && event.job().equals(job(1));
  }

  /** Fails with what {@code failure} says for the second event of a job, as long as it does. */
  private static EventHandler failing(Seen seen, Supplier<Mono<Void>> failure) {
    return EventHandler.transactional(
        (tx, event) ->
            (isSecond(event) ? failure.get() : Mono.<Void>empty())
                .then(Mono.fromRunnable(() -> seen.add(event))));
  }

  private static UnavailableException ended() {
    return new UnavailableException("The transaction was ended");
  }

  private List<DeadLetter> letters() {
    return Await.all(storage().deadLetters().list(DeadLetterFilter.all()));
  }

  private void requireOneLetter(Class<? extends StorageException> reason) {
    assertThat(letters()).hasSize(1);
    DeadLetter letter = letters().get(0);
    assertThat(isSecond(RecordedEvent.KIND.decode(letter.data()))).isTrue();
    assertThat(letter.lastFailure().errorType()).isEqualTo(reason.getName());
  }

  private static void requireAllButTheSecond(Seen seen) {
    Map<?, List<Long>> versions = seen.versions();
    assertThat(new HashSet<>(versions.get(job(0)))).containsExactlyInAnyOrder(1L, 2L, 3L);
    assertThat(new HashSet<>(versions.get(job(1)))).containsExactlyInAnyOrder(1L, 3L);
  }

  @Test
  default void a_handler_that_loses_a_lease_of_its_own_has_failed() {
    Position last = append(storage(), 2, 3);
    Seen seen = new Seen();
    EventHandler handler = failing(seen, () -> Mono.error(new LockLostException("its own", 7)));
    try (Consuming member = Consuming.start(storage(), handler)) {
      awaitProcessed(storage(), last);
    }

    requireOneLetter(LockLostException.class);
    requireAllButTheSecond(seen);
  }

  @Test
  default void an_event_whose_transaction_is_ended_each_time_is_with_the_dead_letters() {
    Position last = append(storage(), 2, 3);
    Seen seen = new Seen();
    EventHandler handler = failing(seen, () -> Mono.error(ended()));
    try (Consuming member = Consuming.start(storage(), handler)) {
      awaitProcessed(storage(), last);
    }

    requireOneLetter(UnavailableException.class);
    requireAllButTheSecond(seen);
  }

  /** The storage may have been away just then. */
  @Test
  default void an_event_whose_transaction_is_ended_now_and_then_is_handled() {
    Position last = append(storage(), 2, 3);
    Seen seen = new Seen();
    AtomicInteger times = new AtomicInteger();
    EventHandler handler =
        failing(seen, () -> times.incrementAndGet() <= 2 ? Mono.error(ended()) : Mono.empty());
    try (Consuming member = Consuming.start(storage(), ONCE, handler)) {
      awaitProcessed(storage(), last);
    }

    assertThat(letters()).as("though it is tried once only").isEmpty();
    assertThat(times).hasValue(3);
    assertThat(seen.versions().get(job(1))).endsWith(2L, 3L);
  }

  @Test
  default void a_letter_whose_transaction_is_ended_each_time_holds_its_job_again() {
    Position last = append(storage(), 2, 2);
    Seen seen = new Seen();
    AtomicBoolean broken = new AtomicBoolean(true);
    EventHandler handler = failing(seen, () -> broken.get() ? Mono.error(ended()) : Mono.empty());
    try (Consuming member = Consuming.start(storage(), ONCE, handler)) {
      awaitProcessed(storage(), last);
      Await.done(Consuming.subscription(storage()).release(job(1)));
      var letter =
          Await.until(
              storage()
                  .deadLetters()
                  .list(DeadLetterFilter.all())
                  .next()
                  .filter(found -> found.failures().size() == 2));
      assertThat(letter.lastFailure().errorType()).isEqualTo(UnavailableException.class.getName());

      broken.set(false);
      Await.done(Consuming.subscription(storage()).release(job(1)));
      var none = storage().deadLetters().list(DeadLetterFilter.all()).hasElements();
      assertThat(Await.until(none.filter(any -> !any))).isFalse();
    }

    assertThat(seen.versions().get(job(1))).endsWith(2L);
  }

  /** It must not keep others waiting, nor reach the time at which the storage ends it. */
  @Test
  default void a_transaction_of_slow_handlers_ends_after_about_a_second() {
    Position last = append(storage(), 1, 8);
    Seen seen = new Seen();
    Map<Object, Set<Long>> transactions = new ConcurrentHashMap<>();
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) ->
                Mono.delay(Duration.ofMillis(300))
                    .then(
                        Mono.fromRunnable(
                            () -> {
                              seen.add(event);
                              transactions
                                  .computeIfAbsent(tx, key -> ConcurrentHashMap.newKeySet())
                                  .add(event.version());
                            })));
    try (Consuming member = Consuming.start(storage(), handler)) {
      awaitProcessed(storage(), last);
    }

    assertThat(seen.versions().get(job(0)))
        .as("each once, in order")
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    assertThat(transactions.values()).allSatisfy(events -> assertThat(events).hasSizeBetween(1, 4));
    assertThat(transactions).as("fewer than events").hasSizeLessThan(8);
  }
}
