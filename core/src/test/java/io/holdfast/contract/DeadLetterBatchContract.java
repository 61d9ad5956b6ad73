package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SHORT;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.InvalidInputException;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Settling and renewing claims in batches. */
public interface DeadLetterBatchContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  /** Claims on new items, in the order of their numbers. */
  private List<Claim> claims(int count, Duration lease) {
    for (int i = 0; i < count; i++) {
      Await.value(letters().add(letterKey("job-" + i % 2, "i" + i), json(i), failure(1)));
    }
    List<Claim> claims =
        Await.all(letters().claim(ClaimRequest.of("worker", lease, count))).stream()
            .map(ClaimedLetter::claim)
            .toList();
    assertThat(claims).hasSize(count);
    return claims;
  }

  private List<Settled> settle(List<Settlement> settlements) {
    return Await.all(letters().settle(settlements));
  }

  private List<DeadLetter> left() {
    return Await.all(letters().list(DeadLetterFilter.all()));
  }

  @Test
  default void each_item_gets_its_own_outcome() {
    List<Claim> claims = claims(4, LONG);
    List<Settlement> settlements =
        List.of(
            Settlement.done(claims.get(0)),
            new Settlement(claims.get(1), new Outcome.Retry(failure(2), Duration.ofHours(2))),
            new Settlement(claims.get(2), new Outcome.GiveUp(failure(2))),
            new Settlement(claims.get(3), new Outcome.Release()));

    assertThat(settle(settlements))
        .isEqualTo(claims.stream().map(claim -> new Settled(claim, true)).toList());

    assertThat(Await.maybe(letters().find(claims.get(0).key()))).isEmpty();
    DeadLetter later = Await.value(letters().get(claims.get(1).key()));
    assertThat(later.failures()).containsExactly(failure(1), failure(2));
    assertThat(later.state().availableAt())
        .isCloseTo(Instant.now().plus(2, ChronoUnit.HOURS), within(5, ChronoUnit.MINUTES));
    DeadLetter givenUp = Await.value(letters().get(claims.get(2).key()));
    assertThat(givenUp.state().eligible()).isFalse();
    assertThat(givenUp.failures()).containsExactly(failure(1), failure(2));
    DeadLetter released = Await.value(letters().get(claims.get(3).key()));
    assertThat(released.failures()).containsExactly(failure(1));
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 10))))
        .extracting(claimed -> claimed.claim().key())
        .containsExactly(claims.get(3).key());
  }

  @Test
  default void answers_in_the_order_asked_whatever_the_order_of_the_keys() {
    List<Claim> claims = new ArrayList<>(claims(50, LONG));
    Collections.reverse(claims);
    List<Settlement> done = claims.stream().map(Settlement::done).toList();

    assertThat(settle(done))
        .isEqualTo(claims.stream().map(claim -> new Settled(claim, true)).toList());
    assertThat(left()).isEmpty();
    assertThat(settle(done))
        .as("they are gone")
        .isEqualTo(claims.stream().map(claim -> new Settled(claim, false)).toList());
  }

  @Test
  default void a_lost_claim_does_not_keep_the_others() {
    List<Claim> claims = claims(5, LONG);
    Await.done(letters().delete(claims.get(1).key()));
    Claim foreign = new Claim(claims.get(3).key(), claims.get(3).token() + 900, "x", Instant.now());
    List<Settlement> mixed =
        List.of(
            Settlement.done(claims.get(0)),
            Settlement.done(claims.get(1)),
            new Settlement(claims.get(2), new Outcome.Retry(failure(2), LONG)),
            new Settlement(foreign, new Outcome.GiveUp(failure(2))),
            Settlement.done(claims.get(4)));

    assertThat(settle(mixed))
        .extracting(Settled::accepted)
        .containsExactly(true, false, true, false, true);

    assertThat(left())
        .extracting(DeadLetter::key)
        .containsExactlyInAnyOrder(claims.get(2).key(), claims.get(3).key());
    assertThat(Await.value(letters().get(claims.get(3).key())).failures())
        .as("the lost one changed nothing")
        .containsExactly(failure(1));
    Await.done(letters().settle(claims.get(3), new Outcome.Done()));
  }

  @Test
  default void settling_again_in_the_same_way_is_accepted_and_changes_nothing() {
    List<Claim> claims = claims(3, LONG);
    List<Settlement> settlements =
        List.of(
            new Settlement(claims.get(0), new Outcome.Retry(failure(2), Duration.ofHours(6))),
            new Settlement(claims.get(1), new Outcome.GiveUp(failure(2))),
            new Settlement(claims.get(2), new Outcome.Release()));
    settle(settlements);
    List<DeadLetter> before = left();

    assertThat(settle(settlements)).extracting(Settled::accepted).containsOnly(true);
    assertThat(left()).isEqualTo(before);
    List<Settlement> otherwise =
        List.of(
            new Settlement(claims.get(0), new Outcome.GiveUp(failure(3))),
            Settlement.done(claims.get(1)),
            new Settlement(claims.get(2), new Outcome.Retry(failure(2), LONG)));
    assertThat(settle(otherwise)).extracting(Settled::accepted).containsOnly(false);
    assertThat(left()).as("what was settled is settled").isEqualTo(before);
  }

  @Test
  default void keeps_everything_that_failures_of_a_batch_say() {
    List<Claim> claims = claims(2, LONG);
    Failure odd =
        new Failure(
            7, Samples.LONG_AGO, "It's \"odd\"", "{},\\ \n\t\u0001 NULL \uD83D\uDE00", json(7));

    settle(
        List.of(
            new Settlement(claims.get(0), new Outcome.Retry(odd, LONG)),
            new Settlement(claims.get(1), new Outcome.GiveUp(odd))));

    for (Claim claim : claims) {
      DeadLetter letter = Await.value(letters().get(claim.key()));
      assertThat(letter.failures()).containsExactly(failure(1), odd);
      assertThat(Await.all(letters().list(DeadLetterFilter.all().withSignature(odd.signature()))))
          .contains(letter);
    }
  }

  @Test
  default void two_of_one_item_are_refused_and_nothing_is_settled() {
    List<Claim> claims = claims(2, LONG);
    List<Settlement> twice =
        List.of(
            Settlement.done(claims.get(0)),
            Settlement.done(claims.get(1)),
            new Settlement(claims.get(0), new Outcome.Release()));

    Await.failure(InvalidInputException.class, Flux.defer(() -> letters().settle(twice)));
    Await.failure(
        InvalidInputException.class,
        Flux.defer(() -> letters().renew(List.of(claims.get(1), claims.get(1)), LONG)));
    assertThat(left()).hasSize(2);
    assertThat(settle(List.of())).as("none is fine").isEmpty();
    assertThat(Await.all(letters().renew(List.of(), LONG))).isEmpty();
  }

  @Test
  default void a_renewed_claim_lasts_from_now() {
    List<Claim> claims = claims(2, SHORT);

    List<Claim> renewed = Await.all(letters().renew(claims, Duration.ofHours(3)));

    assertThat(renewed)
        .extracting(Claim::key)
        .containsExactly(claims.get(0).key(), claims.get(1).key());
    assertThat(renewed)
        .extracting(Claim::token)
        .containsExactly(claims.get(0).token(), claims.get(1).token());
    assertThat(renewed)
        .allSatisfy(
            claim ->
                assertThat(claim.leaseUntil())
                    .isCloseTo(
                        Instant.now().plus(3, ChronoUnit.HOURS), within(5, ChronoUnit.MINUTES)));
    assertThat(Await.value(letters().get(claims.get(0).key())).state().availableAt())
        .isEqualTo(renewed.get(0).leaseUntil());
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 10)).delaySubscription(SHORT)))
        .as("the first lease would be over")
        .isEmpty();
  }

  @Test
  default void only_what_is_held_is_renewed() {
    List<Claim> claims = claims(4, SHORT);
    Await.done(letters().delete(claims.get(0).key()));
    Await.done(letters().settle(claims.get(1), new Outcome.Retry(failure(2), LONG)));
    List<ClaimedLetter> taken =
        Await.until(
            Mono.defer(() -> letters().claim(ClaimRequest.of("b", LONG, 1)).collectList())
                .filter(found -> !found.isEmpty()));
    Claim lost = taken.get(0).claim();
    List<Claim> still =
        claims.subList(2, 4).stream().filter(claim -> !claim.key().equals(lost.key())).toList();
    assertThat(still).hasSize(1);

    assertThat(Await.all(letters().renew(claims, LONG)))
        .as("that its lease ran out does not matter while nobody has it")
        .extracting(Claim::key)
        .containsExactly(still.get(0).key());
    assertThat(Await.value(letters().get(lost.key())).state().owner()).isEqualTo("b");
  }

  @Test
  default void a_batch_is_undone_with_its_transaction() {
    List<Claim> claims = claims(3, LONG);
    List<DeadLetter> before = left();
    List<Settlement> settlements =
        List.of(
            Settlement.done(claims.get(0)),
            new Settlement(claims.get(1), new Outcome.GiveUp(failure(2))));

    Await.failure(
        IllegalStateException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.deadLetters()
                        .settle(settlements)
                        .thenMany(tx.deadLetters().renew(claims.subList(2, 3), SHORT))
                        .then(Mono.error(new IllegalStateException("no")))));
    assertThat(left()).isEqualTo(before);

    List<Settled> settled =
        Await.value(
            storage().inTransaction(tx -> tx.deadLetters().settle(settlements).collectList()));
    assertThat(settled).extracting(Settled::accepted).containsOnly(true);
    assertThat(left()).hasSize(2);
  }
}
