package io.holdfast.contract;

import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterPatterns;
import io.holdfast.deadletter.DeadLetterPatterns.Group;
import io.holdfast.deadletter.DeadLetterPatterns.HourCount;
import io.holdfast.deadletter.DeadLetterPatterns.TypeCount;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.deadletter.Failure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What dead letters have in common. */
public interface DeadLetterPatternContract extends StorageContract {

  /** Three hours of a day, and the one before midnight. */
  Instant MIDNIGHT = Instant.parse("2024-04-01T00:00:00Z");

  private DeadLetterQueue letters() {
    return storage().deadLetters();
  }

  private void add(String job, String item, int attempt, String type, String message, Instant at) {
    Failure failure = new Failure(attempt, at, type, message, json(1));
    Await.value(letters().add(letterKey(job, item), json(1), failure));
  }

  private void addAll() {
    for (int i = 0; i < 5; i++) {
      add("job-1", "a" + i, 1, "Io", "connect to 10.0.0." + i + " failed", at(10 + i));
    }
    add("job-1", "b", 1, "Io", "disk full", at(-1));
    add("job-1", "c", 1, "Io", "disk full", at(3_600));
    add("job-2", "d", 1, "Timeout", "no answer", at(7_199));
    add("job-2", "e", 1, "Io", "disk full", at(7_200));
    // Counts as what it failed with last.
    add("job-2", "e", 2, "Timeout", "no answer", at(7_300));
  }

  private static Instant at(int seconds) {
    return MIDNIGHT.plusSeconds(seconds);
  }

  @Test
  default void groups_with_samples_types_and_hours() {
    addAll();

    DeadLetterPatterns patterns = Await.value(letters().patterns(DeadLetterFilter.all()));

    assertThat(patterns.total()).isEqualTo(9);
    assertThat(patterns.groups())
        .as("the largest first, then by signature")
        .containsExactly(
            new Group(
                "Io::connect to failed",
                5,
                at(10),
                at(14),
                List.of(
                    letterKey("job-1", "a0"), letterKey("job-1", "a1"), letterKey("job-1", "a2"))),
            new Group(
                "Io::disk full",
                2,
                at(-1),
                at(3_600),
                List.of(letterKey("job-1", "b"), letterKey("job-1", "c"))),
            new Group(
                "Timeout::no answer",
                2,
                at(7_199),
                at(7_300),
                List.of(letterKey("job-2", "d"), letterKey("job-2", "e"))));
    assertThat(patterns.errorTypes())
        .containsExactly(new TypeCount("Io", 7), new TypeCount("Timeout", 2));
    assertThat(patterns.hours())
        .containsExactly(
            new HourCount(at(-3_600), 1),
            new HourCount(at(0), 5),
            new HourCount(at(3_600), 2),
            new HourCount(at(7_200), 1));
  }

  @Test
  default void only_of_what_matches_and_no_more_than_the_limit() {
    addAll();
    DeadLetterFilter first = DeadLetterFilter.all().ofJob(new JobId("job-1"));

    DeadLetterPatterns patterns = Await.value(letters().patterns(first.limit(1)));

    assertThat(patterns.total()).as("the limit is for the groups").isEqualTo(7);
    assertThat(patterns.groups()).extracting(Group::count).containsExactly(5L);
    assertThat(patterns.errorTypes()).containsExactly(new TypeCount("Io", 7));
    assertThat(patterns.hours()).as("the newest").containsExactly(new HourCount(at(3_600), 1));
  }

  @Test
  default void of_nothing_there_are_none() {
    addAll();

    DeadLetterPatterns none =
        Await.value(letters().patterns(DeadLetterFilter.all().ofJob(new JobId("none"))));
    assertThat(none).isEqualTo(new DeadLetterPatterns(0, List.of(), List.of(), List.of()));
  }
}
