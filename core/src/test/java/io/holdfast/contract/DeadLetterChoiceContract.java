package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.deadletter.Backoff;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.ReprocessResult;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Every condition of a filter chooses the same letters, whatever is done with them. */
public interface DeadLetterChoiceContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  /** Each condition with how many of the twelve letters meet it. */
  private static Map<DeadLetterFilter, Integer> conditions() {
    DeadLetterFilter any = DeadLetterFilter.all();
    Map<DeadLetterFilter, Integer> conditions = new LinkedHashMap<>();
    conditions.put(any.withKeys(Set.of(key(1), key(4), key(6), letterKey("job-0", "i1"))), 3);
    conditions.put(any.ofJob(new JobId("job-1")), 4);
    conditions.put(any.withEligible(true), 9);
    conditions.put(any.withEligible(false), 3);
    conditions.put(any.createdWithin(TimeSpan.from(LONG_AGO.plusSeconds(9))), 3);
    conditions.put(any.createdWithin(TimeSpan.before(LONG_AGO.plusSeconds(5))), 5);
    conditions.put(any.failedWithin(TimeSpan.before(LONG_AGO.plusSeconds(992))), 4);
    conditions.put(any.failedWithin(TimeSpan.from(LONG_AGO.plusSeconds(998))), 2);
    conditions.put(any.withFailures(2, 2), 6);
    conditions.put(any.withSignature("Io::disk full"), 3);
    conditions.put(any.withSignaturePart("::disk f"), 3);
    conditions.put(any.withSignaturePart("::DISK"), 0);
    conditions.put(any.withErrorType("Timeout"), 3);
    conditions.put(any.withErrorTypes(Set.of("Timeout", "Io::Closed", "None")), 6);
    conditions.put(any.containing(Json.of("{\"file\":\"a%_.rs\"}")), 6);
    conditions.put(any.where("$.n >= 8"), 4);
    conditions.put(any.where("$.file contains \"a%_\""), 6);
    conditions.put(any.ofJob(new JobId("job-1")).where("$.n < 8").withFailures(1, 1), 1);
    return conditions;
  }

  private static DeadLetterKey key(int i) {
    return letterKey("job-" + i % 3, "i" + i);
  }

  /** Twelve of three jobs: those first added the latest have failed the longest ago. */
  private static List<DeadLetter> twelve(boolean due) {
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      letters.add(numbered(i, due ? LONG_AGO : Instant.now().plus(1, ChronoUnit.DAYS)));
    }
    letters.sort(DeadLetter.KIND.order());
    return letters;
  }

  private static DeadLetter numbered(int i, Instant availableAt) {
    String type = List.of("Io", "Timeout", "Io::Closed", "Other").get(i % 4);
    String message = i % 4 == 0 ? "disk full" : "no answer";
    List<Failure> failures = new ArrayList<>();
    for (int attempt = 1; attempt <= 1 + i % 2; attempt++) {
      Instant at = LONG_AGO.plusSeconds(1_000 - i).minusMillis(2 - attempt);
      failures.add(new Failure(attempt, at, type, message, json(i)));
    }
    Instant createdAt = LONG_AGO.plusSeconds(i);
    return new DeadLetter(
        key(i),
        Json.of("{\"n\":" + i + ",\"file\":\"" + (i < 6 ? "a%_.rs" : "axb.rs") + "\"}"),
        failures,
        new DeadLetterState(i % 4 != 3, availableAt, 0, null),
        createdAt,
        LONG_AGO.plusSeconds(2_000));
  }

  /** Exactly those letters, as they were; tokens grow on. */
  private void load(List<DeadLetter> letters) {
    Await.value(letters().purge(DeadLetterFilter.all().limit(10_000)));
    assertThat(Await.value(storage().transfer(DeadLetter.KIND).load(letters)))
        .isEqualTo(letters.size());
  }

  private static List<DeadLetterKey> matching(
      List<DeadLetter> all, DeadLetterFilter filter, int matches) {
    List<DeadLetterKey> keys = all.stream().filter(filter::matches).map(DeadLetter::key).toList();
    assertThat(keys).as("the case is what it says: %s", filter).hasSize(matches);
    return keys;
  }

  private List<DeadLetterKey> left() {
    return Await.all(letters().list(DeadLetterFilter.all()).map(DeadLetter::key));
  }

  @Test
  default void lists_what_matches() {
    List<DeadLetter> all = twelve(true);
    load(all);

    conditions()
        .forEach(
            (filter, matches) ->
                assertThat(Await.all(letters().list(filter).map(DeadLetter::key)))
                    .as("%s", filter)
                    .isEqualTo(matching(all, filter, matches)));
  }

  @Test
  default void claims_what_matches_and_may_be_claimed() {
    conditions()
        .forEach(
            (filter, matches) -> {
              List<DeadLetter> all = twelve(true);
              load(all);
              List<DeadLetterKey> expected = new ArrayList<>(matching(all, filter, matches));
              expected.removeIf(key -> key.item().value().matches("i(3|7|11)"));

              ClaimRequest request = ClaimRequest.of("a", LONG, 100).matching(filter);
              assertThat(Await.all(letters().claim(request)))
                  .extracting(claimed -> claimed.claim().key())
                  .as("%s", filter)
                  .containsExactlyInAnyOrderElementsOf(expected);
            });
  }

  @Test
  default void redrives_what_matches_and_waits() {
    conditions()
        .forEach(
            (filter, matches) -> {
              List<DeadLetter> all = twelve(false);
              load(all);
              List<DeadLetterKey> expected = matching(all, filter, matches);

              assertThat(Await.value(letters().redrive(filter)))
                  .as("%s", filter)
                  .isEqualTo(expected.size());
              assertThat(Await.all(letters().claim(ClaimRequest.of("a", LONG, 100))))
                  .extracting(claimed -> claimed.claim().key())
                  .as("%s", filter)
                  .containsExactlyInAnyOrderElementsOf(expected);
            });
  }

  @Test
  default void purges_what_matches_and_nothing_else() {
    conditions()
        .forEach(
            (filter, matches) -> {
              List<DeadLetter> all = twelve(true);
              load(all);
              List<DeadLetterKey> rest =
                  new ArrayList<>(all.stream().map(DeadLetter::key).toList());
              rest.removeAll(matching(all, filter, matches));

              assertThat(Await.value(letters().purge(filter)))
                  .as("%s", filter)
                  .isEqualTo((long) matches);
              assertThat(left()).as("%s", filter).isEqualTo(rest);
            });
  }

  @Test
  default void purges_by_the_last_failure_whenever_it_was_added() {
    DeadLetterKey lately = letterKey("job-1", "added lately, failed long ago");
    Failure old = new Failure(1, LONG_AGO, "Io", "disk full", json(1));
    Await.value(letters().add(lately, json(1), old));
    DeadLetterKey longAgo = letterKey("job-1", "added long ago, failed lately");
    Instant now = Instant.now();
    Failure recent = new Failure(2, now, "Io", "disk full", json(1));
    DeadLetterState state = new DeadLetterState(true, LONG_AGO, 0, null);
    DeadLetter letter =
        new DeadLetter(longAgo, json(1), List.of(old, recent), state, LONG_AGO, LONG_AGO);
    Await.value(storage().transfer(DeadLetter.KIND).load(List.of(letter)));
    TimeSpan yesterday = TimeSpan.before(now.minus(1, ChronoUnit.DAYS));

    assertThat(Await.value(letters().purge(DeadLetterFilter.all().failedWithin(yesterday))))
        .isEqualTo(1);
    assertThat(left()).containsExactly(longAgo);
    assertThat(Await.value(letters().purge(DeadLetterFilter.all().createdWithin(yesterday))))
        .isEqualTo(1);
    assertThat(left()).isEmpty();
  }

  @Test
  default void no_claim_takes_more_than_its_limit_however_many_claim_at_once() {
    List<DeadLetter> all = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      all.add(numbered(4 * i, LONG_AGO));
    }
    all.sort(DeadLetter.KIND.order());
    load(all);

    for (DeadLetterFilter filter :
        List.of(DeadLetterFilter.all().where("$.n >= 240"), DeadLetterFilter.all())) {
      List<List<ClaimedLetter>> claims =
          Race.allWin(
              40,
              i ->
                  letters()
                      .claim(ClaimRequest.of("w" + i, LONG, 3).matching(filter))
                      .collectList());
      assertThat(claims).allSatisfy(claimed -> assertThat(claimed).hasSizeLessThanOrEqualTo(3));
      assertThat(claims.stream().flatMap(List::stream))
          .extracting(claimed -> claimed.claim().key())
          .doesNotHaveDuplicates()
          .isNotEmpty();
    }
  }

  /** Of four that are named one was given up; a fifth is not named. */
  private ReprocessResult reprocessed(ReprocessOptions options) {
    List<DeadLetter> all = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      all.add(numbered(i, LONG_AGO));
    }
    all.sort(DeadLetter.KIND.order());
    load(all);
    DeadLetterFilter named =
        DeadLetterFilter.all().withKeys(Set.of(key(0), key(1), key(3), key(4)));
    LetterHandler idle = LetterHandler.plain(item -> Mono.empty());
    return Await.value(storage().reprocess(named, options, idle));
  }

  @Test
  default void reprocesses_those_that_are_named_and_by_force_all_of_them() {
    ReprocessOptions options = ReprocessOptions.defaults().withBackoff(Backoff.none());

    assertThat(reprocessed(options).succeeded()).isEqualTo(3);
    assertThat(left()).containsExactly(key(3), key(2));

    assertThat(reprocessed(options.forced()).succeeded()).isEqualTo(4);
    assertThat(left()).containsExactly(key(2));
  }

  @Test
  default void the_newest_failures_come_first_page_by_page() {
    List<DeadLetter> all = twelve(true);
    load(all);
    List<DeadLetter> newest = new ArrayList<>(all);
    newest.sort(
        (left, right) -> {
          int byTime = right.lastFailure().at().compareTo(left.lastFailure().at());
          return byTime == 0 ? DeadLetter.KIND.order().compare(right, left) : byTime;
        });
    assertThat(newest.get(0).key()).as("the case is what it says").isEqualTo(key(0));

    DeadLetterFilter any = DeadLetterFilter.all().after(key(5));
    assertThat(Await.all(letters().listNewest(any, null))).isEqualTo(newest);
    assertThat(newestPages(any.limit(5))).isEqualTo(newest);
    assertThat(newestPages(any.limit(1).withErrorType("Io")))
        .isEqualTo(newest.stream().filter(any.withErrorType("Io")::matches).toList());
    assertThat(Await.all(letters().listNewest(any.ofJob(new JobId("job-9")), null))).isEmpty();
  }

  private List<DeadLetter> newestPages(DeadLetterFilter filter) {
    List<DeadLetter> all = new ArrayList<>();
    List<DeadLetter> page = Await.all(letters().listNewest(filter, null));
    while (!page.isEmpty()) {
      assertThat(page).hasSizeLessThanOrEqualTo(filter.limit());
      all.addAll(page);
      page = Await.all(letters().listNewest(filter, page.get(page.size() - 1)));
    }
    return all;
  }

  @Test
  default void of_failures_at_the_same_time_each_is_listed_once() {
    List<DeadLetter> all = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      Failure failure = new Failure(1, LONG_AGO, "Io", "disk full", json(i));
      DeadLetterState state = new DeadLetterState(true, LONG_AGO, 0, null);
      DeadLetterKey key =
          letterKey("job-" + i % 2, List.of("\uFF5E", "\uD83D\uDE00").get(i % 2) + i);
      all.add(new DeadLetter(key, json(i), List.of(failure), state, LONG_AGO, LONG_AGO));
    }
    all.sort(DeadLetter.KIND.order());
    load(all);
    List<DeadLetter> reversed = new ArrayList<>(all);
    Collections.reverse(reversed);

    assertThat(newestPages(DeadLetterFilter.all().limit(2))).isEqualTo(reversed);
  }

  @Test
  default void what_fails_again_moves_to_the_front() {
    load(twelve(true));
    Failure again = new Failure(9, LONG_AGO.plus(Duration.ofDays(1)), "Io", "again", json(1));
    Await.value(letters().add(key(7), json(1), again));

    assertThat(Await.all(letters().listNewest(DeadLetterFilter.all().limit(2), null)))
        .extracting(DeadLetter::key)
        .containsExactly(key(7), key(0));
  }

  @Test
  default void jobs_with_dead_letters_are_the_same_after_a_restart() {
    load(twelve(true));
    List<JobId> jobs = Await.all(letters().jobs(null, 10));
    assertThat(jobs).extracting(JobId::value).containsExactly("job-0", "job-1", "job-2");

    reopen();

    assertThat(Await.all(letters().jobs(null, 10))).isEqualTo(jobs);
    assertThat(Await.all(letters().jobs(jobs.get(0), 1))).containsExactly(jobs.get(1));
  }
}
