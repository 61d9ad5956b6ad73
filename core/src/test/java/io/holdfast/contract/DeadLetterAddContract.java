package io.holdfast.contract;

import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.Json;
import io.holdfast.NotFoundException;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Adding, finding, deleting and purging dead letters. */
public interface DeadLetterAddContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  @Test
  default void adds_an_item_that_may_be_claimed_at_once() {
    DeadLetter added = Await.value(letters().add(LETTER, json(1), failure(1)));

    assertThat(added.key()).isEqualTo(LETTER);
    assertThat(added.data()).isEqualTo(json(1));
    assertThat(added.failures()).containsExactly(failure(1));
    assertThat(added.state().eligible()).isTrue();
    assertThat(added.state().token()).as("never claimed").isZero();
    assertThat(added.state().owner()).isNull();
    assertThat(added.createdAt()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
    assertThat(Await.value(letters().get(LETTER))).isEqualTo(added);
    assertThat(Await.all(letters().claim(ClaimRequest.of("w", LONG, 1)))).hasSize(1);
  }

  @Test
  default void keeps_everything_a_failure_says() {
    Failure failure =
        new Failure(
            3,
            LONG_AGO,
            "java.lang.IllegalStateException",
            "no such file: /tmp/x\n\tat A.b(A.java:7)\u0001",
            Json.of("{\"stack\":[\"a\",\"b\"],\"seconds\":1.50}"));
    Await.value(letters().add(LETTER, json(1), failure));

    assertThat(Await.value(letters().get(LETTER)).failures()).containsExactly(failure);
  }

  @Test
  default void adding_again_keeps_the_data_and_adds_the_failure() {
    DeadLetter first = Await.value(letters().add(LETTER, json(1), failure(1)));
    DeadLetter second = Await.value(letters().add(LETTER, json(2), failure(2)));

    assertThat(second.data()).as("the item as it came first").isEqualTo(json(1));
    assertThat(second.failures()).containsExactly(failure(1), failure(2));
    assertThat(second.lastFailure()).isEqualTo(failure(2));
    assertThat(second.createdAt()).isEqualTo(first.createdAt());
    assertThat(second.updatedAt()).isAfterOrEqualTo(first.updatedAt());
    assertThat(Await.value(letters().get(LETTER))).isEqualTo(second);
  }

  @Test
  default void the_same_attempt_is_added_once() {
    DeadLetter first = Await.value(letters().add(LETTER, json(1), failure(1)));
    Failure reworded = new Failure(1, LONG_AGO, "Other", "other words", json(9));

    DeadLetter again = Await.value(letters().add(LETTER, json(1), failure(1)));
    DeadLetter reported = Await.value(letters().add(LETTER, json(1), reworded));

    assertThat(again).isEqualTo(first);
    assertThat(reported).as("the attempt number tells a repetition").isEqualTo(first);
  }

  @Test
  default void concurrent_reports_are_all_kept() {
    Race.allWin(32, i -> letters().add(LETTER, json(1), failure(1 + i % 16)));

    assertThat(Await.value(letters().get(LETTER)).failures())
        .extracting(Failure::attempt)
        .as("each attempt once")
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, 16).boxed().toList());
  }

  @Test
  default void the_same_item_of_another_job_is_another_one() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    DeadLetterKey other = letterKey("job-2", LETTER.item().value());
    Await.value(letters().add(other, json(2), failure(1)));

    assertThat(Await.value(letters().get(LETTER)).data()).isEqualTo(json(1));
    assertThat(Await.value(letters().get(other)).data()).isEqualTo(json(2));
  }

  @Test
  default void a_live_claim_survives_another_failure() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    ClaimedLetter claimed = Await.all(letters().claim(ClaimRequest.of("a", LONG, 1))).get(0);

    DeadLetter added = Await.value(letters().add(LETTER, json(1), failure(2)));

    assertThat(added.state().owner()).isEqualTo("a");
    assertThat(added.state().token()).isEqualTo(claimed.claim().token());
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", LONG, 1))))
        .as("nobody else gets it")
        .isEmpty();
    Await.done(letters().settle(claimed.claim(), new Outcome.Done()));
    assertThat(Await.maybe(letters().find(LETTER))).isEmpty();
  }

  @Test
  default void finds_nothing_under_an_unknown_key_and_get_says_so() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    DeadLetterKey unknown = letterKey("job-1", "unknown");

    assertThat(Await.maybe(letters().find(LETTER))).isPresent();
    assertThat(Await.maybe(letters().find(unknown))).isEmpty();
    assertThat(Await.failure(NotFoundException.class, letters().get(unknown)))
        .hasMessageContaining("unknown");
  }

  @Test
  default void delete_removes_the_item_claimed_or_not_and_is_harmless_without_one() {
    Await.value(letters().add(LETTER, json(1), failure(1)));
    Await.value(letters().add(letterKey("job-1", "item-2"), json(2), failure(1)));
    Await.value(letters().add(letterKey("job-1", "item-3"), json(3), failure(1)));
    assertThat(Await.all(letters().claim(ClaimRequest.of("a", LONG, 1)))).hasSize(1);

    Await.done(letters().delete(LETTER));
    Await.done(letters().delete(LETTER));
    Await.done(letters().delete(letterKey("job-1", "item-2")));

    assertThat(Await.maybe(letters().find(LETTER))).isEmpty();
    assertThat(Await.value(storage().transfer(DeadLetter.KIND).count())).isEqualTo(1);
  }

  @Test
  default void purge_deletes_what_was_first_added_longer_ago() {
    Instant now = Instant.now();
    List<DeadLetter> aged =
        IntStream.range(0, 10).mapToObj(i -> aged(i, now.minus(i, ChronoUnit.DAYS))).toList();
    Await.value(storage().transfer(DeadLetter.KIND).load(aged));

    long purged = Await.value(letters().purge(Duration.ofDays(6).plusHours(12)));

    assertThat(purged).as("those of 7, 8 and 9 days ago").isEqualTo(3);
    assertThat(Await.all(storage().transfer(DeadLetter.KIND).export()))
        .extracting(letter -> letter.key().item().value())
        .containsExactly("0", "1", "2", "3", "4", "5", "6");
    assertThat(Await.value(letters().purge(Duration.ofDays(30)))).isZero();
  }

  @Test
  default void purge_knows_fractions_of_a_second() {
    Duration age = Duration.ofMillis(999);
    for (int attempt = 1; attempt <= 20; attempt++) {
      long start = System.nanoTime();
      Await.value(letters().add(letterKey("job", "i" + attempt), json(1), failure(1)));
      long purged = Await.value(letters().purge(age));
      if (System.nanoTime() - start < age.toNanos()) {
        assertThat(purged).as("all are younger, unless an earlier attempt was slow").isZero();
        return;
      }
      Await.value(letters().purge(Duration.ZERO));
    }
    throw new AssertionError("The machine is too slow for this");
  }

  private static DeadLetter aged(int n, Instant createdAt) {
    return new DeadLetter(
        letterKey("aged", String.valueOf(n)),
        json(n),
        List.of(failure(1)),
        new DeadLetterState(true, createdAt, 0, null),
        createdAt,
        Instant.now());
  }
}
