package io.holdfast.contract;

import static io.holdfast.contract.Consuming.NAME;
import static io.holdfast.contract.Consuming.OPTIONS;
import static io.holdfast.contract.Consuming.append;
import static io.holdfast.contract.Consuming.awaitProcessed;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.contract.Consuming.Seen;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.ItemId;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.subscription.EventHandler;
import io.holdfast.subscription.FailurePolicy;
import io.holdfast.subscription.HeldJob;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What becomes of events whose handler fails. */
@SuppressWarnings("try") // Members work in the background until their block ends.
public interface ConsumeFailureContract extends StorageContract {

  /** Holds jobs after two attempts. */
  FailurePolicy HOLDING =
      FailurePolicy.DEFAULT.withAttempts(2).withBackoff(Duration.ofMillis(5)).holdingJobs();

  private static EventHandler plain(Seen seen, Predicate<RecordedEvent> fails) {
    return EventHandler.plain(event -> handle(seen, fails, event));
  }

  private static EventHandler transactional(Seen seen, Predicate<RecordedEvent> fails) {
    return EventHandler.transactional((tx, event) -> handle(seen, fails, event));
  }

  private static Mono<Void> handle(Seen seen, Predicate<RecordedEvent> fails, RecordedEvent event) {
    return Mono.fromRunnable(
        () -> {
          if (fails.test(event)) {
            throw new IllegalStateException("no " + event.version() + "\0");
          }
          seen.add(event);
        });
  }

  private static boolean isSecond(RecordedEvent event) {
    return event.version() == 2 && event.job().equals(job(1));
  }

  private List<DeadLetter> letters() {
    return Await.all(storage().deadLetters().list(DeadLetterFilter.all()));
  }

  private Flux<HeldJob> heldJobs() {
    return Flux.defer(() -> storage().subscriptions().held(Consuming.subscriptionName()));
  }

  private List<HeldJob> held() {
    return Await.all(heldJobs());
  }

  private static List<Long> versions(Seen seen, JobId job) {
    return seen.versions().getOrDefault(job, List.of());
  }

  @Test
  default void an_event_is_tried_again_before_the_next_of_its_job() {
    Position last = append(storage(), 3, 3);
    AtomicInteger failures = new AtomicInteger();
    Seen seen = new Seen();
    EventHandler handler = plain(seen, event -> isSecond(event) && failures.incrementAndGet() < 3);
    try (Consuming member = Consuming.start(storage(), handler)) {
      awaitProcessed(storage(), last);
    }

    assertThat(failures).hasValue(3);
    assertThat(seen.versions().values())
        .hasSize(3)
        .allSatisfy(it -> assertThat(it).containsExactly(1L, 2L, 3L));
    assertThat(letters()).isEmpty();
  }

  @Test
  default void after_the_last_attempt_it_is_with_the_dead_letters_and_the_job_goes_on() {
    Position last = append(storage(), 3, 3);
    Seen seen = new Seen();
    try (Consuming member =
        Consuming.start(storage(), plain(seen, ConsumeFailureContract::isSecond))) {
      awaitProcessed(storage(), last);
    }

    requireOneLetter();
    assertThat(versions(seen, job(1))).containsExactly(1L, 3L);
    assertThat(seen.count()).isEqualTo(8);
    assertThat(held()).isEmpty();
  }

  @Test
  default void a_transaction_that_fails_for_one_event_commits_the_others() {
    Position last = append(storage(), 3, 3);
    Seen seen = new Seen();
    EventHandler handler =
        EventHandler.transactional(
            (tx, event) ->
                tx.events()
                    .append(
                        new JobId("copy of " + event.job()),
                        ExpectedVersion.any(),
                        List.of(event(7)))
                    .then(handle(seen, ConsumeFailureContract::isSecond, event)));
    try (Consuming member =
        Consuming.start(
            storage(),
            EventFilter.all().withJobs(Set.of(job(0), job(1), job(2))),
            OPTIONS,
            handler)) {
      awaitProcessed(storage(), last);
    }

    requireOneLetter();
    assertThat(Await.value(storage().events().stats(new JobId("copy of job-0"))).total())
        .isEqualTo(3);
    assertThat(Await.value(storage().events().stats(new JobId("copy of job-1"))).total())
        .as("all but the one that failed")
        .isEqualTo(2);
  }

  @Test
  default void where_every_event_fails_all_are_with_the_dead_letters_in_order() {
    Event[] events = Samples.events(150).toArray(Event[]::new);
    Position last = append(storage(), job(1), events);
    FailurePolicy once = FailurePolicy.DEFAULT.withAttempts(1);
    try (Consuming member =
        Consuming.start(
            storage(), OPTIONS.withFailures(once), transactional(new Seen(), event -> true))) {
      awaitProcessed(storage(), last);
    }

    List<DeadLetter> letters =
        Await.all(storage().deadLetters().list(DeadLetterFilter.all().limit(1_000)));
    assertThat(letters)
        .extracting(letter -> RecordedEvent.KIND.decode(letter.data()).version())
        .isEqualTo(LongStream.rangeClosed(1, 150).boxed().toList());
  }

  private void requireOneLetter() {
    assertThat(letters()).hasSize(1);
    DeadLetter letter = letters().get(0);
    RecordedEvent event = RecordedEvent.KIND.decode(letter.data());
    assertThat(letter.key().job()).isEqualTo(job(1));
    assertThat(letter.key().item().value())
        .startsWith(NAME + "@")
        .endsWith("0" + event.position().value());
    assertThat(event.version()).isEqualTo(2);
    assertThat(letter.lastFailure().attempt()).isEqualTo(3);
    assertThat(letter.lastFailure().errorType()).isEqualTo(IllegalStateException.class.getName());
    assertThat(letter.lastFailure().message()).isEqualTo("no 2?");
  }

  @Test
  default void a_held_job_waits_behind_its_failed_event_while_others_go_on() {
    requireHeld(new Seen(), ConsumeFailureContract::plain);
  }

  @Test
  default void a_transactional_handler_holds_a_job_too() {
    requireHeld(new Seen(), ConsumeFailureContract::transactional);
  }

  /** How to make a handler of a kind. */
  interface HandlerOf {
    EventHandler of(Seen seen, Predicate<RecordedEvent> fails);
  }

  private void requireHeld(Seen seen, HandlerOf kind) {
    Position first = append(storage(), 3, 4);
    EventHandler handler = kind.of(seen, ConsumeFailureContract::isSecond);
    try (Consuming member = Consuming.start(storage(), OPTIONS.withFailures(HOLDING), handler)) {
      awaitProcessed(storage(), first);
    }
    assertThat(held()).extracting(HeldJob::job).containsExactly(job(1));
    try (Consuming member = Consuming.start(storage(), OPTIONS.withFailures(HOLDING), handler)) {
      awaitProcessed(storage(), append(storage(), job(1), event(5)));
    }

    assertThat(new HashSet<>(versions(seen, job(1)))).containsExactly(1L);
    assertThat(versions(seen, job(2))).endsWith(4L);
    assertThat(letters())
        .as("by item, which is in the order of the job")
        .extracting(letter -> RecordedEvent.KIND.decode(letter.data()).version())
        .containsExactly(2L, 3L, 4L, 5L);
  }

  @Test
  default void a_released_job_is_handled_in_order_and_goes_on() {
    requireReleased(new Seen(), ConsumeFailureContract::plain);
  }

  @Test
  default void a_released_job_is_handled_in_order_by_transactions_too() {
    requireReleased(new Seen(), ConsumeFailureContract::transactional);
  }

  @Test
  default void other_peoples_letters_among_them_are_passed_over() {
    AtomicBoolean broken = new AtomicBoolean(true);
    Position last = append(storage(), 2, 3);
    Seen seen = new Seen();
    EventHandler handler = plain(seen, event -> isSecond(event) && broken.get());
    Set<String> items = Set.of(NAME + "@-1", NAME + "@1", NAME + "@00x", NAME + "@x");
    for (String item : items) {
      DeadLetterKey key = new DeadLetterKey(job(1), new ItemId(item));
      Await.done(storage().deadLetters().add(key, Json.EMPTY, Samples.failure(1)));
    }
    try (Consuming member = Consuming.start(storage(), OPTIONS.withFailures(HOLDING), handler)) {
      awaitProcessed(storage(), last);
      broken.set(false);
      Await.done(Consuming.subscription(storage()).release(job(1)));
      assertThat(Await.until(heldJobs().count().filter(count -> count == 0))).isZero();
    }

    assertThat(versions(seen, job(1))).containsExactly(1L, 2L, 3L);
    assertThat(letters())
        .extracting(letter -> letter.key().item().value())
        .containsExactlyInAnyOrderElementsOf(items);
  }

  private void requireReleased(Seen seen, HandlerOf kind) {
    AtomicBoolean broken = new AtomicBoolean(true);
    Position first = append(storage(), 2, 4);
    EventHandler handler = kind.of(seen, event -> isSecond(event) && broken.get());
    try (Consuming member = Consuming.start(storage(), OPTIONS.withFailures(HOLDING), handler)) {
      awaitProcessed(storage(), first);
      Await.done(Consuming.subscription(storage()).release(job(1)));
      var heldAgain =
          Await.until(
              storage()
                  .deadLetters()
                  .list(DeadLetterFilter.all())
                  .next()
                  .filter(letter -> letter.failures().size() == 2)
                  .flatMap(letter -> heldJobs().next())
                  .filter(held -> !held.released()));
      assertThat(heldAgain.job()).isEqualTo(job(1));
      assertThat(letters()).as("held again, in the same order").hasSize(3);

      broken.set(false);
      Await.done(Consuming.subscription(storage()).release(job(1)));
      assertThat(Await.until(heldJobs().count().filter(count -> count == 0))).isZero();
      awaitProcessed(storage(), append(storage(), job(1), event(5)));
    }

    assertThat(letters()).isEmpty();
    assertThat(versions(seen, job(1)).stream().distinct().toList())
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }
}
