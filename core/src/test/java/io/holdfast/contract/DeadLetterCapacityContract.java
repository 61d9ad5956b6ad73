package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.deadletter.BoundedDeadLetters;
import io.holdfast.deadletter.BoundedDeadLetters.WhenFull;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Outcome;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** A limit to how many dead letters a job has: never does one get lost. */
public interface DeadLetterCapacityContract extends StorageContract {

  private static Mono<DeadLetter> add(BoundedDeadLetters bounded, int item) {
    return bounded.add(letterKey("job-1", "i" + item), json(item), failure(1));
  }

  private List<DeadLetter> left() {
    return Await.all(storage().deadLetters().list(DeadLetterFilter.all().limit(1_000)));
  }

  private List<DeadLetter> archived() {
    return Await.all(
            storage()
                .events()
                .read(
                    EventQuery.forward(
                        EventFilter.job(JOB).withTypes(BoundedDeadLetters.ARCHIVED))))
        .stream()
        .map(RecordedEvent::data)
        .map(DeadLetter.KIND::decode)
        .toList();
  }

  @Test
  default void a_full_job_refuses_a_new_item_and_says_so() {
    BoundedDeadLetters bounded = new BoundedDeadLetters(storage(), 3, WhenFull.REFUSE);
    for (int i = 0; i < 3; i++) {
      Await.value(add(bounded, i));
    }
    List<DeadLetter> before = left();

    ConflictException full = Await.failure(ConflictException.class, add(bounded, 3));

    assertThat(full).hasMessageContaining("job-1").hasMessageContaining("3");
    assertThat(left()).isEqualTo(before);
    Await.value(bounded.add(letterKey("job-2", "i0"), json(1), failure(1)));
    DeadLetter again = Await.value(bounded.add(letterKey("job-1", "i1"), json(1), failure(2)));
    assertThat(again.failures()).as("an item that is there may fail again").hasSize(2);
    Await.done(storage().deadLetters().delete(letterKey("job-1", "i0")));
    Await.value(add(bounded, 3));
    assertThat(left()).hasSize(4);
  }

  @Test
  default void a_full_job_archives_its_oldest_items_whole() {
    BoundedDeadLetters bounded = new BoundedDeadLetters(storage(), 20, WhenFull.ARCHIVE);
    for (int i = 0; i < 20; i++) {
      Await.value(add(bounded, i));
    }
    List<DeadLetter> oldest =
        Stream.of("i0", "i1")
            .map(item -> Await.value(storage().deadLetters().get(letterKey("job-1", item))))
            .toList();
    assertThat(archived()).isEmpty();

    Await.value(add(bounded, 20));

    assertThat(archived()).as("a tenth, as they were").isEqualTo(oldest);
    assertThat(left())
        .extracting(letter -> letter.key().item().value())
        .doesNotContain("i0", "i1")
        .contains("i20")
        .hasSize(19);
  }

  @Test
  default void what_somebody_works_on_is_not_archived() {
    BoundedDeadLetters bounded = new BoundedDeadLetters(storage(), 3, WhenFull.ARCHIVE);
    for (int i = 0; i < 3; i++) {
      Await.value(add(bounded, i));
    }
    ClaimRequest request = ClaimRequest.of("worker", LONG, 1);
    assertThat(Await.all(storage().deadLetters().claim(request))).hasSize(1);

    Await.value(add(bounded, 3));
    assertThat(archived()).extracting(letter -> letter.key().item().value()).containsExactly("i1");
    assertThat(Await.all(storage().deadLetters().claim(ClaimRequest.of("worker", LONG, 10))))
        .hasSize(2);
    Await.failure(ConflictException.class, add(bounded, 4));
    assertThat(left()).as("all are being worked on, so it is refused").hasSize(3);
  }

  @Test
  default void what_was_given_up_or_waits_or_was_left_by_the_dead_is_archived_as_it_was() {
    BoundedDeadLetters bounded = new BoundedDeadLetters(storage(), 3, WhenFull.ARCHIVE);
    for (int i = 0; i < 3; i++) {
      Await.value(add(bounded, i));
    }
    List<ClaimedLetter> claimed =
        Await.all(storage().deadLetters().claim(ClaimRequest.of("dies", Samples.SHORT, 10)));
    settle(claimed, "i0", new Outcome.GiveUp(failure(2)));
    settle(claimed, "i1", new Outcome.Retry(failure(2), LONG));
    List<DeadLetter> before = left();

    Await.value(add(bounded, 3));
    Await.value(add(bounded, 4));
    assertThat(archived()).isEqualTo(before.subList(0, 2));

    DeadLetterFilter rest =
        DeadLetterFilter.all().withKeys(Set.of(letterKey("job-1", "i3"), letterKey("job-1", "i4")));
    ClaimRequest request = ClaimRequest.of("lives", LONG, 10).matching(rest);
    assertThat(Await.all(storage().deadLetters().claim(request))).hasSize(2);
    DeadLetter third =
        Await.until(add(bounded, 5).onErrorResume(ConflictException.class, e -> Mono.empty()));
    assertThat(third.key()).isEqualTo(letterKey("job-1", "i5"));
    assertThat(archived()).as("once its lease has ended").isEqualTo(before);
  }

  private void settle(List<ClaimedLetter> claimed, String item, Outcome outcome) {
    claimed.stream()
        .filter(one -> one.claim().key().item().value().equals(item))
        .forEach(one -> Await.done(storage().deadLetters().settle(one.claim(), outcome)));
  }

  @Test
  default void a_failure_that_comes_while_items_are_archived_is_kept() {
    BoundedDeadLetters bounded = new BoundedDeadLetters(storage(), 20, WhenFull.ARCHIVE);
    for (int i = 0; i < 20; i++) {
      Await.value(add(bounded, i));
    }

    List<DeadLetter> added =
        Race.allWin(40, i -> i % 2 == 0 ? add(bounded, 100 + i) : failAgain(i / 2));

    assertThat(added).hasSize(40);
    Set<String> failedAgain =
        Stream.concat(left().stream(), archived().stream())
            .filter(letter -> letter.lastFailure().attempt() == 2)
            .map(letter -> letter.key().item().value())
            .collect(Collectors.toSet());
    assertThat(failedAgain).as("in the queue or in the archive").hasSize(20);
  }

  private Mono<DeadLetter> failAgain(int item) {
    return storage().deadLetters().add(letterKey("job-1", "i" + item), json(item), failure(2));
  }

  @Test
  default void the_limit_holds_however_many_add_at_once_and_nothing_is_lost() {
    BoundedDeadLetters refusing = new BoundedDeadLetters(storage(), 10, WhenFull.REFUSE);
    List<Race.Finish<DeadLetter>> race = Race.run(32, i -> add(refusing, i));

    assertThat(race.stream().filter(Race.Finish::won)).hasSize(10);
    assertThat(race.stream().filter(Race.Finish::lost)).hasSize(22);
    assertThat(left()).hasSize(10);

    BoundedDeadLetters archiving = new BoundedDeadLetters(storage(), 10, WhenFull.ARCHIVE);
    List<DeadLetter> added = Race.allWin(32, i -> add(archiving, 100 + i));
    assertThat(left()).hasSizeLessThanOrEqualTo(10);
    Set<String> everywhere =
        Stream.concat(left().stream(), archived().stream())
            .map(letter -> letter.key().item().value())
            .collect(Collectors.toSet());
    assertThat(added)
        .extracting(letter -> letter.key().item().value())
        .as("in the queue or in the archive")
        .isSubsetOf(everywhere);
    assertThat(everywhere).hasSize(42);
  }
}
