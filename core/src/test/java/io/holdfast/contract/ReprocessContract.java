package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.SessionId;
import io.holdfast.deadletter.Backoff;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.ReprocessResult;
import io.holdfast.session.Session;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Working on dead letters again: what comes of items, how often, how many at once. */
public interface ReprocessContract extends StorageContract {

  /** No pauses. */
  ReprocessOptions AT_ONCE = ReprocessOptions.defaults().withBackoff(Backoff.none());

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  private void add(String job, int count) {
    Await.done(
        Flux.range(0, count)
            .flatMap(i -> letters().add(letterKey(job, "i" + i), json(i), failure(1)), 16));
  }

  private ReprocessResult run(
      DeadLetterFilter filter, ReprocessOptions options, Function<Integer, Mono<Void>> work) {
    LetterHandler handler = LetterHandler.plain(item -> work.apply(number(item)));
    return Await.value(storage().reprocess(filter, options, handler));
  }

  private static int number(ClaimedLetter item) {
    return Samples.number(item.letter().data());
  }

  private List<DeadLetter> left() {
    return Await.all(letters().list(DeadLetterFilter.all().limit(10_000)));
  }

  private static <T> Mono<T> failing(String message) {
    return Mono.error(() -> new IllegalStateException(message));
  }

  @Test
  default void what_is_done_goes_away_and_the_result_says_how_many() {
    add("job-1", 30);
    Map<Integer, Integer> handled = new ConcurrentHashMap<>();

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE,
            n -> Mono.fromRunnable(() -> handled.merge(n, 1, Integer::sum)));

    assertThat(left()).isEmpty();
    assertThat(handled).as("each once").hasSize(30).containsValue(1).doesNotContainValue(2);
    assertThat(result.succeeded()).isEqualTo(30);
    assertThat(result.total()).isEqualTo(30);
    assertThat(result.attempts()).isEqualTo(30);
    assertThat(result.failed()).isZero();
    assertThat(result.failures()).isEmpty();
    assertThat(result.duration()).isPositive();
    assertThat(run(DeadLetterFilter.all(), AT_ONCE, n -> Mono.empty()).total()).isZero();
  }

  @Test
  default void what_fails_as_often_as_it_may_is_given_up_with_every_failure() {
    add("job-1", 4);
    AtomicInteger calls = new AtomicInteger();

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE.withAttempts(3),
            n -> n == 2 ? failing("no " + calls.incrementAndGet()) : Mono.empty());

    assertThat(result.succeeded()).isEqualTo(3);
    assertThat(result.failed()).isEqualTo(1);
    assertThat(result.attempts()).isEqualTo(6);
    assertThat(result.failures())
        .singleElement()
        .satisfies(
            given -> {
              assertThat(given.key()).isEqualTo(letterKey("job-1", "i2"));
              assertThat(given.failure().message()).isEqualTo("no 3");
            });
    assertThat(result.signatures()).isEqualTo(Map.of("java.lang.IllegalStateException::no", 1L));
    DeadLetter letter = left().get(0);
    assertThat(letter.failures()).extracting(Failure::attempt).containsExactly(1, 2, 3, 4);
    assertThat(letter.failures())
        .extracting(Failure::message)
        .containsExactly("no answer", "no 1", "no 2", "no 3");
    assertThat(letter.state().eligible()).as("waits for a human").isFalse();
    assertThat(letter.state().owner()).isNull();
  }

  @Test
  default void a_failure_is_recorded_although_somebody_else_has_reported_one_meanwhile() {
    add("job-1", 1);

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE.withAttempts(1),
            n ->
                letters()
                    .add(letterKey("job-1", "i0"), json(0), failure(2))
                    .then(failing("of the worker")));

    assertThat(result.failed()).isEqualTo(1);
    DeadLetter letter = left().get(0);
    assertThat(letter.failures()).extracting(Failure::attempt).containsExactly(1, 2, 3);
    assertThat(letter.lastFailure().message()).isEqualTo("of the worker");
    assertThat(letter.state().eligible()).isFalse();
  }

  @Test
  default void what_fails_at_first_is_tried_again_although_it_matches_no_more() {
    add("job-1", 3);
    DeadLetterFilter once = DeadLetterFilter.all().withFailures(1, 1).withErrorType("Timeout");
    Map<Integer, Integer> handled = new ConcurrentHashMap<>();

    ReprocessResult result =
        run(
            once,
            AT_ONCE.withBackoff(Backoff.exponential(Duration.ofMillis(5), Duration.ofMillis(20))),
            n -> handled.merge(n, 1, Integer::sum) < 3 ? failing("not yet") : Mono.empty());

    assertThat(result.succeeded()).isEqualTo(3);
    assertThat(result.attempts()).isEqualTo(9);
    assertThat(left()).isEmpty();
  }

  @Test
  default void a_failed_item_waits_as_the_back_off_says_for_everybody() {
    add("job-1", 1);
    AtomicBoolean checked = new AtomicBoolean();
    Mono<ReprocessResult> run =
        storage()
            .reprocess(
                DeadLetterFilter.all(),
                AT_ONCE.withBackoff(Backoff.fixed(Duration.ofHours(3))),
                LetterHandler.plain(item -> failing("no")));
    Mono<DeadLetter> waiting =
        Mono.defer(() -> letters().get(letterKey("job-1", "i0")))
            .filter(letter -> letter.failures().size() == 2)
            .repeatWhenEmpty(looks -> looks.delayElements(Duration.ofMillis(10)))
            .doOnNext(letter -> checked.set(true));

    Await.done(Mono.firstWithSignal(run.then(), waiting.then()));

    assertThat(checked).as("the run goes on until the item is due").isTrue();
    DeadLetter letter = left().get(0);
    assertThat(letter.state().eligible()).isTrue();
    assertThat(letter.state().availableAt()).isAfter(Instant.now().plus(Duration.ofHours(2)));
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 10)))).isEmpty();
  }

  @Test
  default void only_what_matches_and_may_be_claimed_is_handled() {
    add("job-1", 6);
    add("job-2", 3);
    settle(letterKey("job-1", "i0"), new Outcome.GiveUp(failure(2)));
    settle(letterKey("job-1", "i1"), new Outcome.Retry(failure(2), LONG));
    settle(letterKey("job-1", "i2"), null);
    DeadLetterFilter some = DeadLetterFilter.all().ofJob(new JobId("job-1")).where("$.n < 5");
    ConcurrentLinkedQueue<Integer> handled = new ConcurrentLinkedQueue<>();

    ReprocessResult result = run(some, AT_ONCE, n -> Mono.fromRunnable(() -> handled.add(n)));

    assertThat(result.total()).isEqualTo(2);
    assertThat(handled).containsExactlyInAnyOrder(3, 4);
    assertThat(left()).hasSize(7);
  }

  /** Ends a claim on the item so; {@code null} leaves it claimed. */
  private void settle(DeadLetterKey key, @Nullable Outcome outcome) {
    DeadLetterFilter only = DeadLetterFilter.all().withKeys(Set.of(key));
    ClaimedLetter claimed =
        Await.all(letters().claim(ClaimRequest.of("x", LONG, 1).matching(only))).get(0);
    if (outcome != null) {
      Await.done(letters().settle(claimed.claim(), outcome));
    }
  }

  @Test
  default void by_force_also_what_was_given_up_or_waits_but_not_what_others_hold() {
    add("job-1", 4);
    settle(letterKey("job-1", "i0"), new Outcome.GiveUp(failure(2)));
    settle(letterKey("job-1", "i1"), new Outcome.Retry(failure(2), LONG));
    settle(letterKey("job-1", "i2"), null);

    ReprocessResult result = run(DeadLetterFilter.all(), AT_ONCE.forced(), n -> Mono.empty());

    assertThat(result.succeeded()).isEqualTo(3);
    assertThat(left()).extracting(DeadLetter::key).containsExactly(letterKey("job-1", "i2"));
    assertThat(run(DeadLetterFilter.all(), AT_ONCE.forced(), n -> Mono.empty()).total()).isZero();
  }

  @Test
  default void by_force_only_what_was_given_up_wherever_it_is_in_the_list() {
    add("job-1", 5);
    settle(letterKey("job-1", "i0"), new Outcome.GiveUp(failure(2)));
    settle(letterKey("job-1", "i3"), new Outcome.GiveUp(failure(2)));
    DeadLetterFilter givenUp =
        DeadLetterFilter.all().withEligible(false).after(letterKey("job-1", "i2")).limit(1);
    LetterHandler idle = LetterHandler.plain(item -> Mono.empty());

    assertThatThrownBy(() -> storage().reprocess(givenUp, AT_ONCE, idle))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("given up");
    ReprocessOptions once = AT_ONCE.withAttempts(1).forced();
    ReprocessResult result = run(givenUp, once, n -> n == 3 ? failing("no") : Mono.empty());

    assertThat(result.succeeded()).isEqualTo(1);
    assertThat(result.failed()).as("given up again, and not begun again").isEqualTo(1);
    assertThat(left())
        .extracting(letter -> letter.key().item().value())
        .containsExactly("i1", "i2", "i3", "i4");
    assertThat(left()).extracting(letter -> letter.failures().size()).containsExactly(1, 1, 3, 1);
  }

  @Test
  default void no_more_at_once_than_it_says() {
    add("job-1", 40);
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE.withParallelism(4),
            n ->
                Mono.fromRunnable(() -> most.accumulateAndGet(running.incrementAndGet(), Math::max))
                    .then(Mono.delay(Duration.ofMillis(10)))
                    .doOnNext(done -> running.decrementAndGet())
                    .then());

    assertThat(result.succeeded()).isEqualTo(40);
    assertThat(most.get()).isBetween(2, 4);
  }

  @Test
  default void what_takes_too_long_is_cancelled_and_has_failed() {
    add("job-1", 1);
    AtomicInteger cancelled = new AtomicInteger();

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE.withItemTimeout(Duration.ofMillis(30)).withAttempts(2),
            n -> Mono.<Void>never().doOnCancel(cancelled::incrementAndGet));

    assertThat(result.failed()).isEqualTo(1);
    assertThat(cancelled).hasValue(2);
    assertThat(left().get(0).lastFailure().errorType()).isEqualTo(TimeoutException.class.getName());
  }

  @Test
  default void the_wait_for_a_turn_does_not_count() {
    add("job-1", 4);
    LetterHandler handler =
        LetterHandler.transactional((tx, item) -> Mono.delay(Duration.ofMillis(700)).then());
    ReprocessOptions brief =
        AT_ONCE.withParallelism(4).withItemTimeout(Duration.ofSeconds(2)).withAttempts(1);

    ReprocessResult result =
        Await.value(storage().reprocess(DeadLetterFilter.all(), brief, handler));

    assertThat(result.succeeded()).isEqualTo(4);
    assertThat(result.attempts()).isEqualTo(4);
  }

  @Test
  default void a_thousand_items_are_worked_off() {
    add("job-1", 1_000);

    ReprocessResult result =
        run(
            DeadLetterFilter.all(),
            AT_ONCE.withParallelism(64).withAttempts(1),
            n -> n % 10 == 0 ? failing("item " + n) : Mono.empty());

    assertThat(result.succeeded()).isEqualTo(900);
    assertThat(result.failed()).isEqualTo(100);
    assertThat(result.failures()).hasSize(100);
    assertThat(left()).hasSize(100);
  }

  @Test
  default void a_transactional_handler_commits_with_its_item_or_not_at_all() {
    add("job-1", 5);
    LetterHandler handler =
        LetterHandler.transactional(
            (tx, item) -> {
              Mono<Session> write =
                  tx.sessions()
                      .create(new SessionId("done-" + number(item)), Samples.details(number(item)));
              return number(item) == 3 ? write.then(failing("no")) : write.then();
            });

    ReprocessResult result =
        Await.value(storage().reprocess(DeadLetterFilter.all(), AT_ONCE.withAttempts(2), handler));

    assertThat(result.succeeded()).isEqualTo(4);
    assertThat(result.failed()).isEqualTo(1);
    List<Boolean> written = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      written.add(Await.maybe(storage().sessions().find(new SessionId("done-" + i))).isPresent());
    }
    assertThat(written).containsExactly(true, true, true, false, true);
    assertThat(left()).extracting(DeadLetter::key).containsExactly(letterKey("job-1", "i3"));
    assertThat(left().get(0).failures()).hasSize(3);
  }
}
