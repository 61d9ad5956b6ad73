package io.holdfast.contract;

import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.LockLostException;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Ending a claim: each outcome, and what it leaves behind. */
public interface DeadLetterSettleContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  private Claim claimed() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    return claim().get(0).claim();
  }

  private List<ClaimedLetter> claim() {
    return Await.all(letters().claim(ClaimRequest.of("worker", LONG, 10)));
  }

  @Test
  default void done_makes_it_go_away() {
    Claim claim = claimed();

    Await.done(letters().settle(claim, new Outcome.Done()));

    assertThat(Await.maybe(letters().find(LETTER))).isEmpty();
    assertThat(claim()).isEmpty();
  }

  @Test
  default void done_twice_says_that_it_is_gone() {
    Claim claim = claimed();
    Await.done(letters().settle(claim, new Outcome.Done()));

    LockLostException lost =
        Await.failure(LockLostException.class, letters().settle(claim, new Outcome.Done()));
    assertThat(lost.token()).isEqualTo(claim.token());
  }

  @Test
  default void a_deleted_item_has_no_claim_to_settle() {
    Claim claim = claimed();
    Await.done(letters().delete(LETTER));

    Await.failure(LockLostException.class, letters().settle(claim, new Outcome.Release()));
    assertThat(Await.maybe(letters().find(LETTER))).isEmpty();
  }

  @Test
  default void an_item_that_was_deleted_and_added_again_is_not_the_old_claims() {
    Claim claim = claimed();
    Await.done(letters().delete(LETTER));
    Await.value(letters().add(LETTER, json(2), failure(1)));

    Await.failure(LockLostException.class, letters().settle(claim, new Outcome.Done()));
    Claim later = claim().get(0).claim();
    assertThat(later.token()).as("a later claim has a higher token").isGreaterThan(claim.token());
    Await.failure(LockLostException.class, letters().settle(claim, new Outcome.Done()));
    assertThat(Await.maybe(letters().find(LETTER))).as("the new item stays").isPresent();
  }

  @Test
  default void retry_at_once_adds_the_failure_and_frees_the_item() {
    Claim claim = claimed();

    Await.done(letters().settle(claim, new Outcome.Retry(failure(2), Duration.ZERO)));

    DeadLetter letter = Await.value(letters().get(LETTER));
    assertThat(letter.failures()).containsExactly(failure(1), failure(2));
    assertThat(letter.state().owner()).isNull();
    assertThat(letter.state().eligible()).isTrue();
    ClaimedLetter again =
        Await.until(Mono.defer(() -> letters().claim(ClaimRequest.of("b", LONG, 1)).next()));
    assertThat(again.claim().token()).isGreaterThan(claim.token());
    assertThat(again.letter().failures()).hasSize(2);
  }

  @Test
  default void retry_later_waits() {
    Claim claim = claimed();
    Instant before = Instant.now();

    Await.done(letters().settle(claim, new Outcome.Retry(failure(2), Duration.ofHours(6))));

    DeadLetter letter = Await.value(letters().get(LETTER));
    assertThat(letter.state().availableAt())
        .isCloseTo(before.plus(6, ChronoUnit.HOURS), within(5, ChronoUnit.MINUTES));
    assertThat(letter.state().eligible()).as("may be claimed later").isTrue();
    assertThat(letter.state().owner()).isNull();
    assertThat(claim()).as("not due yet").isEmpty();
  }

  @Test
  default void retry_after_a_moment_comes_back() {
    Claim claim = claimed();

    Await.done(letters().settle(claim, new Outcome.Retry(failure(2), Samples.SHORT)));

    ClaimedLetter again =
        Await.until(Mono.defer(() -> letters().claim(ClaimRequest.of("b", LONG, 1)).next()));
    assertThat(again.claim().key()).isEqualTo(LETTER);
  }

  @Test
  default void a_given_up_item_waits_for_a_human() {
    Claim claim = claimed();

    Await.done(letters().settle(claim, new Outcome.GiveUp(failure(2))));

    DeadLetter letter = Await.value(letters().get(LETTER));
    assertThat(letter.state().eligible()).isFalse();
    assertThat(letter.state().owner()).isNull();
    assertThat(letter.failures()).containsExactly(failure(1), failure(2));
    assertThat(claim()).as("nobody gets it by itself").isEmpty();
  }

  @Test
  default void release_gives_it_back_as_it_was() {
    Claim claim = claimed();

    Await.done(letters().settle(claim, new Outcome.Release()));

    DeadLetter letter = Await.value(letters().get(LETTER));
    assertThat(letter.failures()).containsExactly(failure(1));
    assertThat(letter.state().eligible()).isTrue();
    assertThat(letter.state().owner()).isNull();
    assertThat(claim()).as("claimable at once").hasSize(1);
  }

  @Test
  default void repeating_an_outcome_adds_its_failure_once() {
    Claim claim = claimed();
    Outcome outcome = new Outcome.Retry(failure(2), LONG);
    Await.done(letters().settle(claim, outcome));

    Await.done(letters().settle(claim, outcome));

    assertThat(Await.value(letters().get(LETTER)).failures())
        .containsExactly(failure(1), failure(2));
  }

  @Test
  default void repeating_an_outcome_while_it_is_under_way_waits_for_it() {
    Claim claim = claimed();
    Outcome outcome = new Outcome.Retry(failure(2), LONG);
    Sinks.Empty<Void> settled = Sinks.empty();
    Mono<Void> first =
        storage()
            .inTransaction(
                tx ->
                    tx.deadLetters()
                        .settle(claim, outcome)
                        .doOnSuccess(done -> settled.tryEmitEmpty())
                        .then(Mono.delay(Duration.ofMillis(300)))
                        .then())
            .doOnTerminate(() -> settled.tryEmitEmpty());
    Mono<Void> second = settled.asMono().then(Mono.defer(() -> letters().settle(claim, outcome)));

    Await.done(Mono.when(first, second));

    assertThat(Await.value(letters().get(LETTER)).failures())
        .containsExactly(failure(1), failure(2));
  }

  @Test
  default void a_whole_queue_is_worked_off_by_many_and_each_item_once() {
    Await.done(
        Flux.range(0, 150)
            .flatMap(
                i -> letters().add(Samples.letterKey("job", "i" + i), json(i), failure(1)), 16));

    List<Long> done = Race.allWin(10, i -> workOff("w" + i).count());

    assertThat(done.stream().mapToLong(Long::longValue).sum()).isEqualTo(150);
    assertThat(Await.value(storage().transfer(DeadLetter.KIND).count())).isZero();
  }

  /** Claims and settles until the queue is empty. */
  private Flux<Claim> workOff(String worker) {
    return letters()
        .claim(ClaimRequest.of(worker, LONG, 4))
        .map(ClaimedLetter::claim)
        .concatMap(claim -> letters().settle(claim, new Outcome.Done()).thenReturn(claim))
        .repeatWhen(pages -> pages.takeWhile(found -> found > 0));
  }
}
