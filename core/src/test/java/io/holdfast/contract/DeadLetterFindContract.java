package io.holdfast.contract;

import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.TimeSpan;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Finding dead letters by how they failed and by what they say, to list and to claim them. */
public interface DeadLetterFindContract extends StorageContract {

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  /** Thirty letters of three jobs; returned in the order of the list. */
  private List<DeadLetter> thirty() {
    List<DeadLetter> letters = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      letters.add(numbered(i));
    }
    letters.sort(DeadLetter.KIND.order());
    assertThat(Await.value(storage().transfer(DeadLetter.KIND).load(letters))).isEqualTo(30);
    return letters;
  }

  private static DeadLetter numbered(int i) {
    List<Failure> failures = new ArrayList<>();
    for (int attempt = 1; attempt <= 1 + i % 5; attempt++) {
      String type = List.of("Io", "Io::Closed", "Timeout").get((i + attempt) % 3);
      Instant at = LONG_AGO.plusSeconds(60L * i + attempt);
      failures.add(new Failure(attempt, at, type, "no answer", json(i)));
    }
    Json data =
        Json.of(
            "{\"n\":%d,\"file\":\"%s.rs\",\"step\":{\"ms\":%d}}"
                .formatted(i, i % 2 == 0 ? "a" : "b", i * 10));
    return new DeadLetter(
        letterKey("job-" + i % 3, "i" + i),
        data,
        failures,
        new DeadLetterState(i % 6 != 0, LONG_AGO, i, null),
        LONG_AGO.plusSeconds(i),
        LONG_AGO.plusSeconds(4_000));
  }

  private void requireSelects(List<DeadLetter> all, DeadLetterFilter filter, int matches) {
    List<DeadLetter> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).as("the case is what it says: %s", filter).hasSize(matches);
    assertThat(Await.all(letters().list(filter))).as("%s", filter).isEqualTo(expected);
    assertThat(Await.value(letters().patterns(filter)).total()).as("%s", filter).isEqualTo(matches);
  }

  @Test
  default void by_error_type() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter any = DeadLetterFilter.all();

    requireSelects(all, any.withErrorType("Io"), 10);
    requireSelects(all, any.withErrorType("Io::Closed"), 10);
    requireSelects(all, any.withErrorType("Timeout").ofJob(new JobId("job-1")), 4);
    requireSelects(all, any.withErrorType("I"), 0);
    requireSelects(all, any.withErrorType("Io").withSignature("Timeout::no answer"), 0);
  }

  @Test
  default void by_number_of_failures() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter any = DeadLetterFilter.all();

    requireSelects(all, any.withFailures(1, 1), 6);
    requireSelects(all, any.withFailures(4, Integer.MAX_VALUE), 12);
    requireSelects(all, any.withFailures(2, 3).withEligible(false), 2);
    requireSelects(all, any.withFailures(6, 9), 0);
  }

  @Test
  default void by_when_it_failed_last() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter any = DeadLetterFilter.all();
    Instant tenth = LONG_AGO.plusSeconds(600);

    requireSelects(all, any.failedWithin(TimeSpan.from(tenth)), 20);
    requireSelects(all, any.failedWithin(TimeSpan.before(tenth)), 10);
    requireSelects(all, any.failedWithin(new TimeSpan(tenth, tenth.plusSeconds(60))), 1);
  }

  @Test
  default void by_what_the_item_says() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter any = DeadLetterFilter.all();

    requireSelects(all, any.containing(Json.of("{\"file\":\"a.rs\"}")), 15);
    requireSelects(all, any.where("$.step.ms >= 250"), 5);
    requireSelects(all, any.where("$.step.ms > 100").where("$.file = \"b.rs\""), 10);
    requireSelects(all, any.where("$.file != \"b.rs\""), 15);
    requireSelects(all, any.where("$.step.cpu exists"), 0);
    requireSelects(
        all, any.containing(Json.of("{\"file\":\"a.rs\"}")).where("$.n < 10").limit(3), 5, 3);
  }

  private void requireSelects(
      List<DeadLetter> all, DeadLetterFilter filter, int matches, int most) {
    List<DeadLetter> expected = all.stream().filter(filter::matches).toList();
    assertThat(expected).hasSize(matches);
    assertThat(Await.all(letters().list(filter))).isEqualTo(expected.subList(0, most));
  }

  @Test
  default void by_key() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter any = DeadLetterFilter.all();

    requireSelects(
        all,
        any.withKeys(
            Set.of(letterKey("job-0", "i3"), letterKey("job-1", "i1"), letterKey("job-1", "i3"))),
        2);
    requireSelects(
        all, any.withKeys(Set.of(letterKey("job-0", "i3"))).ofJob(new JobId("job-1")), 0);
  }

  @Test
  default void claims_only_what_matches() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter filter =
        DeadLetterFilter.all().withErrorType("Io").withFailures(2, 4).where("$.n < 25");
    Set<Object> expected =
        all.stream()
            .filter(filter::matches)
            .filter(letter -> letter.state().eligible())
            .map(DeadLetter::key)
            .collect(Collectors.toSet());
    assertThat(expected).as("the case is what it says").hasSize(4);
    ClaimRequest request = ClaimRequest.of("a", Samples.LONG, 100).matching(filter);

    assertThat(Await.all(letters().claim(request)))
        .extracting(claimed -> (Object) claimed.claim().key())
        .containsExactlyInAnyOrderElementsOf(expected);
    assertThat(Await.all(letters().claim(request))).as("all are taken").isEmpty();
    assertThat(Await.all(letters().claim(ClaimRequest.of("b", Samples.LONG, 100))))
        .as("what is left of those that may be claimed")
        .hasSize(25 - 4);
  }

  @Test
  default void the_jobs_that_have_dead_letters() {
    assertThat(Await.all(letters().jobs(null, 10))).as("none yet").isEmpty();
    List<String> names = List.of("a", "a/b", "b", "\uFF5E", "\uD83D\uDE00");
    for (String name : names) {
      Await.value(letters().add(letterKey(name, "1"), json(1), failure(1)));
      Await.value(letters().add(letterKey(name, "2"), json(1), failure(1)));
    }
    Await.done(letters().delete(letterKey("b", "1")));
    Await.done(letters().delete(letterKey("b", "2")));
    List<JobId> expected =
        List.of("a", "a/b", "\uFF5E", "\uD83D\uDE00").stream().map(JobId::new).toList();

    assertThat(Await.all(letters().jobs(null, 10))).isEqualTo(expected);
    assertThat(Await.all(letters().jobs(null, 2))).isEqualTo(expected.subList(0, 2));
    assertThat(Await.all(letters().jobs(new JobId("a"), 10))).isEqualTo(expected.subList(1, 4));
    assertThat(Await.all(letters().jobs(new JobId("aa"), 10))).isEqualTo(expected.subList(2, 4));
    assertThat(Await.all(letters().jobs(expected.get(3), 10))).isEmpty();
  }

  @Test
  default void purge_takes_what_matches_and_no_more_than_the_limit() {
    List<DeadLetter> all = thirty();
    DeadLetterFilter timeouts = DeadLetterFilter.all().withErrorType("Timeout");

    assertThat(Await.value(letters().purge(timeouts.limit(3)))).isEqualTo(3);
    assertThat(Await.value(letters().purge(timeouts))).isEqualTo(7);
    assertThat(Await.value(letters().purge(timeouts))).isZero();

    assertThat(Await.all(letters().list(DeadLetterFilter.all())))
        .isEqualTo(all.stream().filter(letter -> !timeouts.matches(letter)).toList());
    assertThat(Await.value(letters().purge(Duration.ofDays(1)))).as("all are old").isEqualTo(20);
  }
}
