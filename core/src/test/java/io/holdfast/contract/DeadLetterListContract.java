package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.TimeSpan;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.DeadLetterStats;
import io.holdfast.deadletter.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Listing dead letters, putting them in numbers, grouping like failures. */
public interface DeadLetterListContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  private List<DeadLetter> list(DeadLetterFilter filter) {
    return Await.all(letters().list(filter));
  }

  /** Forty letters of four jobs; returned in the order of the list. */
  private List<DeadLetter> forty() {
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      letters.add(numbered(i));
    }
    letters.sort(DeadLetter.KIND.order());
    assertThat(Await.value(storage().transfer(DeadLetter.KIND).load(letters))).isEqualTo(40);
    return letters;
  }

  private static DeadLetter numbered(int i) {
    List<Failure> failures = new ArrayList<>();
    for (int attempt = 1; attempt <= 1 + i % 3; attempt++) {
      failures.add(new Failure(attempt, LONG_AGO, "Type" + i % 2, "item " + i, json(i)));
    }
    Instant createdAt = LONG_AGO.plusSeconds(i);
    return new DeadLetter(
        letterKey("job-" + i % 4, (i / 4 % 2 == 0 ? "\uD83D\uDE00" : "\uFF5E") + i),
        json(i),
        failures,
        new DeadLetterState(i % 5 != 0, createdAt, i, null),
        createdAt,
        LONG_AGO.plusSeconds(100));
  }

  private void requireSelects(List<DeadLetter> all, DeadLetterFilter filter, int matches) {
    List<DeadLetter> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(list(filter)).as("%s", filter).isEqualTo(expected);
  }

  @Test
  default void by_job_then_by_item() {
    List<DeadLetter> all = forty();

    assertThat(list(DeadLetterFilter.all())).isEqualTo(all);
  }

  @Test
  default void filters_by_each_condition_and_by_all() {
    List<DeadLetter> all = forty();
    DeadLetterFilter any = DeadLetterFilter.all();

    requireSelects(all, any, 40);
    requireSelects(all, any.ofJob(new JobId("job-3")), 10);
    requireSelects(all, any.ofJob(new JobId("job-9")), 0);
    requireSelects(all, any.withEligible(false), 8);
    requireSelects(all, any.withEligible(true), 32);
    requireSelects(all, any.withSignature("Type1::item"), 20);
    requireSelects(all, any.withSignature("Type1::"), 0);
    requireSelects(all, any.createdWithin(TimeSpan.from(LONG_AGO.plusSeconds(30))), 10);
    requireSelects(all, any.createdWithin(TimeSpan.before(LONG_AGO.plusSeconds(30))), 30);
    requireSelects(
        all,
        any.ofJob(new JobId("job-1"))
            .withEligible(true)
            .withSignature("Type1::item")
            .createdWithin(new TimeSpan(LONG_AGO.plusSeconds(1), LONG_AGO.plusSeconds(13))),
        2);
  }

  @Test
  default void pages_without_gap_or_duplicate() {
    List<DeadLetter> all = forty();

    assertThat(pages(DeadLetterFilter.all().limit(7))).isEqualTo(all);
    assertThat(pages(DeadLetterFilter.all().limit(1))).isEqualTo(all);
    assertThat(pages(DeadLetterFilter.all().withEligible(true).limit(5)))
        .isEqualTo(all.stream().filter(letter -> letter.state().eligible()).toList());
  }

  @Test
  default void a_page_goes_on_although_its_last_letter_is_gone() {
    List<DeadLetter> all = forty();
    Await.done(letters().delete(all.get(19).key()));

    assertThat(list(DeadLetterFilter.all().after(all.get(19).key())))
        .isEqualTo(all.subList(20, 40));
  }

  @Test
  default void emits_no_more_than_the_limit() {
    assertThat(list(DeadLetterFilter.all().limit(3))).as("nothing is there yet").isEmpty();
    List<DeadLetter> all = forty();

    assertThat(list(DeadLetterFilter.all().limit(3))).isEqualTo(all.subList(0, 3));
  }

  @Test
  default void groups_like_failures_by_signature() {
    report("a", 1, "connect to 10.0.0.1:80 failed after 31 ms");
    report("b", 1, "connect to 10.0.0.2:8080 failed after 7 ms");
    report("c", 1, "connect to /var/run/x.sock failed after 7 ms");
    report("d", 1, "disk full");

    String signature = "Io::connect to failed after ms";
    assertThat(list(DeadLetterFilter.all().withSignature(signature)))
        .extracting(letter -> letter.key().item().value())
        .containsExactly("a", "b", "c");
    assertThat(list(DeadLetterFilter.all().withSignature("Io::disk full"))).hasSize(1);
  }

  @Test
  default void the_newest_failure_decides_the_signature() {
    report("a", 1, "disk full");
    report("a", 2, "connection reset");

    assertThat(list(DeadLetterFilter.all().withSignature("Io::disk full"))).isEmpty();
    assertThat(list(DeadLetterFilter.all().withSignature("Io::connection reset"))).hasSize(1);
  }

  @Test
  default void stats_put_the_letters_of_a_job_in_numbers() {
    forty();

    DeadLetterStats stats = Await.value(letters().stats(new JobId("job-0")));

    assertThat(stats.total()).as("0, 4, 8 ... 36").isEqualTo(10);
    assertThat(stats.eligible()).as("all but 0 and 20").isEqualTo(8);
    assertThat(stats.byFailures()).isEqualTo(Map.of(1, 4L, 2, 3L, 3, 3L));
    assertThat(stats.averageFailures()).isEqualTo(1.9);
    assertThat(stats.oldest()).isEqualTo(LONG_AGO);
    assertThat(stats.newest()).isEqualTo(LONG_AGO.plusSeconds(36));
  }

  @Test
  default void stats_of_a_job_without_letters_are_zero() {
    Await.value(letters().add(Samples.LETTER, json(1), failure(1)));

    DeadLetterStats stats = Await.value(letters().stats(new JobId("none")));
    assertThat(stats).isEqualTo(new DeadLetterStats(0, 0, Map.of(), null, null));
    assertThat(stats.averageFailures()).isZero();
  }

  private void report(String item, int attempt, String message) {
    Failure failure = new Failure(attempt, LONG_AGO.plusSeconds(attempt), "Io", message, json(1));
    Await.value(letters().add(letterKey("job-1", item), json(1), failure));
  }

  private List<DeadLetter> pages(DeadLetterFilter first) {
    List<DeadLetter> all = new ArrayList<>();
    List<DeadLetter> page = list(first);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = list(first.after(page.get(page.size() - 1).key()));
    }
    return all;
  }
}
