package io.holdfast.contract;

import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Making dead letters claimable again, and what is left after a restart. */
public interface DeadLetterRedriveContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  /** Of job-1: i0 given up, i1 waits, i2 is claimed, i3 is free; of job-2: i0 given up. */
  private Claim prepared() {
    for (int i = 0; i < 4; i++) {
      Await.value(letters().add(letterKey("job-1", "i" + i), json(i), failure(1)));
    }
    Await.value(letters().add(letterKey("job-2", "i0"), json(9), failure(1)));
    List<ClaimedLetter> claimed = Await.all(letters().claim(ClaimRequest.of("a", LONG, 10)));
    for (ClaimedLetter one : claimed) {
      switch (one.claim().key().item().value()) {
        case "i0" -> Await.done(letters().settle(one.claim(), new Outcome.GiveUp(failure(2))));
        case "i1" -> Await.done(letters().settle(one.claim(), new Outcome.Retry(failure(2), LONG)));
        case "i3" -> Await.done(letters().settle(one.claim(), new Outcome.Release()));
        default -> {}
      }
    }
    return claimed.stream()
        .map(ClaimedLetter::claim)
        .filter(claim -> claim.key().item().value().equals("i2"))
        .findFirst()
        .orElseThrow();
  }

  @Test
  default void what_was_given_up_or_waits_becomes_claimable_with_its_history() {
    Claim held = prepared();
    DeadLetterFilter first = DeadLetterFilter.all().ofJob(new JobId("job-1"));

    assertThat(Await.value(letters().redrive(first))).as("i0 and i1").isEqualTo(2);
    assertThat(Await.value(letters().redrive(first))).as("nothing is left to do").isZero();

    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 10))))
        .extracting(claimed -> claimed.claim().key())
        .containsExactlyInAnyOrder(
            letterKey("job-1", "i0"), letterKey("job-1", "i1"), letterKey("job-1", "i3"));
    assertThat(Await.value(letters().get(letterKey("job-1", "i0"))).failures())
        .containsExactly(failure(1), failure(2));
    assertThat(Await.value(letters().get(letterKey("job-2", "i0"))).state().eligible())
        .as("another job's")
        .isFalse();
    Await.done(letters().settle(held, new Outcome.Done()));
  }

  @Test
  default void redrive_goes_on_from_limit_to_limit_and_only_over_what_matches() {
    for (int i = 0; i < 7; i++) {
      Await.value(letters().add(letterKey("job-1", "i" + i), json(i), failure(1)));
    }
    for (ClaimedLetter one : Await.all(letters().claim(ClaimRequest.of("a", LONG, 10)))) {
      Await.done(letters().settle(one.claim(), new Outcome.GiveUp(failure(2))));
    }
    DeadLetterFilter some = DeadLetterFilter.all().where("$.n >= 2").limit(3);

    assertThat(Await.value(letters().redrive(some))).isEqualTo(3);
    assertThat(Await.value(letters().redrive(some))).isEqualTo(2);
    assertThat(Await.value(letters().redrive(some))).isZero();
    assertThat(Await.all(letters().list(DeadLetterFilter.all().withEligible(false))))
        .extracting(letter -> letter.key().item().value())
        .containsExactly("i0", "i1");
  }

  @Test
  default void a_claim_that_was_given_up_cannot_end_what_was_redriven() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    Claim old = Await.all(letters().claim(ClaimRequest.of("a", LONG, 1))).get(0).claim();
    Await.done(letters().settle(old, new Outcome.GiveUp(failure(2))));
    Await.value(letters().redrive(DeadLetterFilter.all()));
    Claim fresh = Await.all(letters().claim(ClaimRequest.of("b", LONG, 1))).get(0).claim();

    Await.failure(LockLostException.class, letters().settle(old, new Outcome.Done()));
    assertThat(fresh.token()).isGreaterThan(old.token());
    Await.done(letters().settle(fresh, new Outcome.Done()));
  }

  @Test
  default void everything_is_there_after_a_restart() {
    Claim held = prepared();
    List<DeadLetter> before = Await.all(letters().list(DeadLetterFilter.all()));
    assertThat(before).hasSize(5);

    reopen();

    assertThat(Await.all(letters().list(DeadLetterFilter.all()))).isEqualTo(before);
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 10))))
        .as("what may be claimed now")
        .extracting(claimed -> claimed.claim().key())
        .containsExactly(letterKey("job-1", "i3"));
    assertThat(Await.all(letters().renew(List.of(held), LONG))).as("the claim too").hasSize(1);
    Await.done(letters().settle(held, new Outcome.Done()));
    assertThat(Await.value(letters().redrive(DeadLetterFilter.all()))).isEqualTo(3);
  }
}
