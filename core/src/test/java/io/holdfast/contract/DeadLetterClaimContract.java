package io.holdfast.contract;

import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Outcome;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Claiming dead letters under a lease. */
public interface DeadLetterClaimContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  private void add(int count) {
    Await.done(
        Flux.range(0, count)
            .flatMap(i -> letters().add(letterKey("job-1", "i" + i), json(i), failure(1)), 16));
  }

  private List<ClaimedLetter> claim(ClaimRequest request) {
    return Await.all(letters().claim(request));
  }

  /** The one item, claimed by another owner once the lease before has ended. */
  private ClaimedLetter claimedWhenFree(String owner) {
    return Await.until(Mono.defer(() -> letters().claim(ClaimRequest.of(owner, LONG, 1)).next()));
  }

  @Test
  default void a_claim_says_who_holds_what_until_when() {
    add(1);
    ClaimedLetter claimed = claim(ClaimRequest.of("worker-1", LONG, 10)).get(0);
    Claim claim = claimed.claim();

    assertThat(claim.key()).isEqualTo(claimed.letter().key()).isEqualTo(letterKey("job-1", "i0"));
    assertThat(claim.owner()).isEqualTo("worker-1");
    assertThat(claim.token()).isPositive();
    assertThat(claim.leaseUntil())
        .isCloseTo(Instant.now().plus(LONG), within(5, ChronoUnit.MINUTES));
    assertThat(claimed.letter().data()).isEqualTo(json(0));
    DeadLetterState state = Await.value(letters().get(claim.key())).state();
    assertThat(state)
        .isEqualTo(new DeadLetterState(true, claim.leaseUntil(), claim.token(), "worker-1"));
    assertThat(claimed.letter().state()).as("the letter as it is now").isEqualTo(state);
  }

  @Test
  default void a_claimed_item_is_nobody_elses() {
    add(1);

    assertThat(claim(ClaimRequest.of("a", LONG, 10))).hasSize(1);
    assertThat(claim(ClaimRequest.of("b", LONG, 10))).isEmpty();
    assertThat(claim(ClaimRequest.of("a", LONG, 10))).as("nor claimed twice").isEmpty();
  }

  @Test
  default void takes_no_more_than_the_limit() {
    add(5);

    assertThat(claim(ClaimRequest.of("a", LONG, 2))).hasSize(2);
    assertThat(claim(ClaimRequest.of("a", LONG, 10))).as("what is left").hasSize(3);
    assertThat(claim(ClaimRequest.of("a", LONG, 10))).isEmpty();
  }

  @Test
  default void takes_the_longest_due_first_and_nothing_that_is_not_due() {
    List<DeadLetter> due = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      due.add(availableAt("i" + i, LONG_AGO.plusSeconds((i * 5L) % 6)));
    }
    due.add(availableAt("later", Instant.now().plus(1, ChronoUnit.DAYS)));
    Await.value(storage().transfer(DeadLetter.KIND).load(due));

    List<ClaimedLetter> first = claim(ClaimRequest.of("a", LONG, 4));
    List<ClaimedLetter> rest = claim(ClaimRequest.of("a", LONG, 4));

    assertThat(first)
        .extracting(claimed -> claimed.claim().key().item().value())
        .containsExactly("i0", "i5", "i4", "i3");
    assertThat(rest)
        .extracting(claimed -> claimed.claim().key().item().value())
        .containsExactly("i2", "i1");
  }

  @Test
  default void takes_items_of_one_job_only_when_asked_to() {
    add(2);
    Await.value(letters().add(letterKey("job-2", "i0"), json(1), failure(1)));

    List<ClaimedLetter> claimed = claim(ClaimRequest.of("a", LONG, 10).ofJob(new JobId("job-2")));
    assertThat(claimed)
        .extracting(letter -> letter.claim().key())
        .containsExactly(letterKey("job-2", "i0"));
    assertThat(claim(ClaimRequest.of("a", LONG, 10))).hasSize(2);
  }

  @Test
  default void concurrent_claimers_never_share_an_item() {
    add(200);

    List<List<ClaimedLetter>> claims =
        Race.allWin(40, i -> letters().claim(ClaimRequest.of("w" + i, LONG, 7)).collectList());
    List<ClaimedLetter> all = new ArrayList<>(claims.stream().flatMap(List::stream).toList());
    all.addAll(claim(ClaimRequest.of("last", LONG, 1_000)));

    assertThat(all)
        .extracting(claimed -> claimed.claim().key())
        .doesNotHaveDuplicates()
        .hasSize(200);
  }

  @Test
  default void an_expired_lease_comes_back_with_a_higher_token_and_the_old_one_is_lost() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    Claim stale = claim(ClaimRequest.of("a", SHORT, 1)).get(0).claim();

    Claim fresh = claimedWhenFree("b").claim();

    assertThat(fresh.token()).isGreaterThan(stale.token());
    assertThat(fresh.owner()).isEqualTo("b");
    LockLostException lost =
        Await.failure(LockLostException.class, letters().settle(stale, new Outcome.Done()));
    assertThat(lost.token()).isEqualTo(stale.token());
    assertThat(lost).hasMessageContaining(LETTER.item().value());
    assertThat(Await.value(letters().get(LETTER)).state().owner())
        .as("the new claim is untouched")
        .isEqualTo("b");
    Await.done(letters().settle(fresh, new Outcome.Done()));
    assertThat(Await.maybe(letters().find(LETTER))).isEmpty();
  }

  @Test
  default void a_stale_claim_cannot_write_whatever_the_outcome() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    Claim stale = claim(ClaimRequest.of("a", SHORT, 1)).get(0).claim();
    claimedWhenFree("b");
    DeadLetter before = Await.value(letters().get(LETTER));

    for (Outcome outcome :
        List.of(
            new Outcome.Done(),
            new Outcome.Retry(failure(2), LONG),
            new Outcome.GiveUp(failure(2)),
            new Outcome.Release())) {
      Await.failure(LockLostException.class, letters().settle(stale, outcome));
    }
    assertThat(Await.value(letters().get(LETTER))).isEqualTo(before);
  }

  @Test
  default void a_lease_that_merely_ran_out_is_still_good() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    Claim claim = claim(ClaimRequest.of("a", SHORT, 1)).get(0).claim();
    Await.until(
        Mono.defer(() -> letters().get(LETTER))
            .filter(letter -> letter.state().claimableAt(Instant.now().minus(SHORT))));

    Await.done(letters().settle(claim, new Outcome.Retry(failure(2), LONG)));

    assertThat(Await.value(letters().get(LETTER)).failures())
        .as("nobody else had it, so nothing stands against it")
        .containsExactly(failure(1), failure(2));
  }

  @Test
  default void tokens_grow_with_every_claim() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    long last = 0;
    for (int i = 0; i < 5; i++) {
      Claim claim = claim(ClaimRequest.of("same", LONG, 1)).get(0).claim();
      assertThat(claim.token()).isGreaterThan(last);
      last = claim.token();
      Await.done(letters().settle(claim, new Outcome.Release()));
    }
  }

  private static DeadLetter availableAt(String item, Instant time) {
    DeadLetterKey key = letterKey("job-1", item);
    DeadLetterState state = new DeadLetterState(true, time, 0, null);
    return new DeadLetter(key, json(1), List.of(failure(1)), state, LONG_AGO, LONG_AGO);
  }
}
