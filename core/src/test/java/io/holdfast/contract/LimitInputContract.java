package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.InvalidInputException;
import io.holdfast.Paging;
import io.holdfast.StorageException;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.deadletter.Backoff;
import io.holdfast.deadletter.BoundedDeadLetters;
import io.holdfast.deadletter.BoundedDeadLetters.WhenFull;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterClaims;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.FailureFilter;
import io.holdfast.deadletter.ItemFilter;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.Settled;
import io.holdfast.deadletter.Settlement;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JsonCondition;
import io.holdfast.lock.LeaseDuration;
import io.holdfast.session.Progress;
import io.holdfast.session.SessionFilter;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.WorkflowFilter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** Numbers and durations out of range. */
public interface LimitInputContract extends StorageContract {

  /** Values that check their limit when they are built. */
  private static Map<String, IntFunction<Object>> builtLimits() {
    Map<String, IntFunction<Object>> limits = new LinkedHashMap<>();
    limits.put("sessions", SessionFilter.all()::limit);
    limits.put("dead letters", DeadLetterFilter.all()::limit);
    limits.put("workflows", WorkflowFilter.all()::limit);
    limits.put("executions", ExecutionFilter.of(WORKFLOW)::limit);
    limits.put("checkpoints", CheckpointFilter.of(WORKFLOW)::limit);
    limits.put("claims", limit -> ClaimRequest.of("a", LONG, limit));
    return limits;
  }

  /** Operations that are given a bare limit. */
  private Map<String, IntFunction<Publisher<?>>> givenLimits() {
    Map<String, IntFunction<Publisher<?>>> limits = new LinkedHashMap<>();
    limits.put("checkpoints.list", limit -> storage().checkpoints().list(WORKFLOW, limit));
    CheckpointRetention last = CheckpointRetention.last(1);
    limits.put("listLatest", limit -> storage().checkpoints().listLatest(null, limit));
    limits.put("listNewest", limit -> storage().checkpoints().listNewest(null, limit));
    limits.put(
        "listPrunable", limit -> storage().checkpoints().listPrunable(WORKFLOW, last, limit));
    ExecutionRetention one = ExecutionRetention.last(1);
    limits.put(
        "workflows.listPrunable",
        limit -> storage().workflows().listPrunable(WORKFLOW, one, limit));
    limits.put(
        "workflows.prune",
        limit -> storage().workflows().prune(WORKFLOW, one, limit).filter(gone -> gone > 0));
    limits.put("workflows.history", limit -> storage().workflows().history(WORKFLOW, limit));
    limits.put("deadLetters.jobs", limit -> storage().deadLetters().jobs(null, limit));
    limits.put("locks.list", limit -> storage().locks().list(limit));
    return limits;
  }

  @Test
  default void more_words_than_may_be_are_refused() {
    String different =
        IntStream.rangeClosed(0, SessionFilter.WORDS_MAX)
            .mapToObj(n -> "w" + n)
            .collect(Collectors.joining(" "));

    requireRefused(Map.of("sessions", () -> SessionFilter.all().withText(different)));
    requireWorks();
  }

  private void requireWorks() {
    Await.value(storage().events().append(JOB, ExpectedVersion.any(), List.of(event(1))));
    assertThat(Await.all(storage().events().read(EventQuery.job(JOB)))).isNotEmpty();
  }

  private static void requireRefused(Map<String, Supplier<Object>> builders) {
    assertSoftly(
        softly ->
            builders.forEach(
                (what, build) ->
                    softly
                        .assertThatThrownBy(build::get, what)
                        .isInstanceOf(InvalidInputException.class)));
  }

  @Test
  default void limits_out_of_range_are_refused() {
    List<Integer> illegal =
        List.of(0, -1, Paging.LIMIT_MAX + 1, Integer.MIN_VALUE, Integer.MAX_VALUE);
    assertSoftly(
        softly -> {
          for (int limit : illegal) {
            builtLimits()
                .forEach(
                    (what, build) ->
                        softly
                            .assertThatThrownBy(
                                () -> build.apply(limit), "%s, limit %s", what, limit)
                            .isInstanceOf(InvalidInputException.class));
            givenLimits()
                .forEach(
                    (what, operation) ->
                        softly
                            .assertThatCode(
                                () ->
                                    Await.failure(
                                        InvalidInputException.class,
                                        Flux.defer(() -> operation.apply(limit))))
                            .as("%s, limit %s", what, limit)
                            .doesNotThrowAnyException());
          }
        });
    requireWorks();
  }

  @Test
  default void the_smallest_and_the_largest_limit_are_fine() {
    for (int limit : List.of(1, Paging.LIMIT_MAX)) {
      builtLimits().forEach((what, build) -> assertThat(build.apply(limit)).isNotNull());
      givenLimits()
          .forEach(
              (what, operation) ->
                  assertThat(Await.all(operation.apply(limit))).as(what).isEmpty());
    }
    requireWorks();
  }

  @Test
  default void durations_out_of_range_are_refused() {
    List<Duration> leases =
        List.of(
            Duration.ZERO,
            Duration.ofMillis(-1),
            LeaseDuration.MIN.minusNanos(1),
            LeaseDuration.MAX.plusNanos(1),
            Duration.ofSeconds(Long.MAX_VALUE),
            Duration.ofSeconds(Long.MIN_VALUE));
    Map<String, Supplier<Object>> builders = new LinkedHashMap<>();
    for (Duration lease : leases) {
      builders.put("lock for " + lease, () -> wish("a", lease));
      builders.put("claim for " + lease, () -> ClaimRequest.of("a", lease, 1));
      builders.put(
          "reprocess with " + lease, () -> ReprocessOptions.defaults().withLeaseDuration(lease));
    }
    builders.put("retry in -1", () -> new Outcome.Retry(failure(1), Duration.ofNanos(-1)));
    builders.put("retry in years", () -> new Outcome.Retry(failure(1), Duration.ofDays(366)));
    for (Duration wrong : List.of(Duration.ofNanos(-1), Duration.ofHours(24).plusNanos(1))) {
      builders.put("back-off of " + wrong, () -> Backoff.fixed(wrong));
      builders.put("an item in " + wrong, () -> ReprocessOptions.defaults().withItemTimeout(wrong));
    }
    builders.put("no time", () -> ReprocessOptions.defaults().withItemTimeout(Duration.ZERO));
    requireRefused(builders);
    Await.value(storage().locks().tryAcquire(wish("a", LeaseDuration.MAX)));
    requireWorks();
  }

  @Test
  default void numbers_out_of_range_are_refused() {
    requireRefused(
        Map.of(
            "done -1", () -> new Progress(-1, 0),
            "total -1", () -> new Progress(0, -1),
            "more than all", () -> new Progress(3, 2),
            "attempt 0", () -> new Failure(0, LONG_AGO, "E", "", json(1)),
            "attempt -1", () -> new Failure(-1, LONG_AGO, "E", "", json(1))));
    requireWorks();
  }

  @Test
  default void numbers_of_dead_letters_out_of_range_are_refused() {
    ReprocessOptions options = ReprocessOptions.defaults();
    Duration second = Duration.ofSeconds(1);
    requireRefused(
        Map.of(
            "parallelism 0", () -> options.withParallelism(0),
            "parallelism 257", () -> options.withParallelism(257),
            "attempts 0", () -> options.withAttempts(0),
            "attempts 101", () -> options.withAttempts(101),
            "factor 0", () -> new Backoff(second, 0, second),
            "factor 11", () -> new Backoff(second, 11, second),
            "failures from 0", () -> DeadLetterFilter.all().withFailures(0, 1),
            "failures from 3 to 2", () -> DeadLetterFilter.all().withFailures(3, 2),
            "room for 0", () -> new BoundedDeadLetters(storage(), 0, WhenFull.REFUSE),
            "room for 100,001", () -> new BoundedDeadLetters(storage(), 100_001, WhenFull.REFUSE)));
    requireWorks();
  }

  @Test
  default void more_at_once_than_may_be_is_refused() {
    Set<DeadLetterKey> keys = new HashSet<>();
    List<Claim> claims = new ArrayList<>();
    Set<Long> versions = new HashSet<>();
    for (int i = 0; i <= DeadLetterFilter.KEYS_MAX; i++) {
      keys.add(Samples.letterKey("job", "i" + i));
      claims.add(new Claim(Samples.letterKey("job", "i" + i), 1, "a", LONG_AGO));
      versions.add((long) i);
    }
    List<JsonCondition> conditions =
        Collections.nCopies(ItemFilter.CONDITIONS_MAX + 1, JsonCondition.parse("$ exists"));
    Set<String> types =
        IntStream.rangeClosed(0, FailureFilter.TYPES_MAX)
            .mapToObj(i -> "T" + i)
            .collect(Collectors.toSet());
    String part = "\"" + "x".repeat(JsonCondition.PART_CHARS_MAX + 1) + "\"";
    var letters = storage().deadLetters();
    requireRefused(
        Map.of(
            "keys", () -> DeadLetterFilter.all().withKeys(keys),
            "conditions", () -> new ItemFilter(null, conditions),
            "types", () -> DeadLetterFilter.all().withErrorTypes(types),
            "text in an item", () -> DeadLetterFilter.all().where("$ contains " + part),
            "settled", () -> letters.settle(claims.stream().map(Settlement::done).toList()),
            "renewed", () -> letters.renew(claims, LONG),
            "versions", () -> storage().checkpoints().delete(WORKFLOW, versions)));

    DeadLetterFilter all =
        DeadLetterFilter.all().withKeys(Set.copyOf(List.copyOf(keys).subList(0, 10_000)));
    assertThat(Await.all(letters.list(all))).as("as many as may be").isEmpty();
    assertThat(Await.all(letters.settle(settlements(claims.subList(0, 10_000)))))
        .hasSize(DeadLetterClaims.BATCH_MAX)
        .noneMatch(Settled::accepted);
    requireWorks();
  }

  private static List<Settlement> settlements(List<Claim> claims) {
    return claims.stream().map(Settlement::done).toList();
  }

  @Test
  default void a_condition_that_makes_no_sense_is_refused() {
    Map<String, Supplier<Object>> builders = new LinkedHashMap<>();
    for (String condition : List.of("$ contains 1", "$ contains null", "$ contains")) {
      builders.put(condition, () -> DeadLetterFilter.all().where(condition));
    }
    builders.put("keep 0 executions", () -> ExecutionRetention.last(0));
    builders.put("below version 0", () -> CheckpointFilter.of(WORKFLOW).below(0));
    builders.put("text that nobody keeps", () -> DeadLetterFilter.all().withSignaturePart("a\0b"));
    builders.put("type without a name", () -> DeadLetterFilter.all().withErrorType(""));
    requireRefused(builders);
    requireWorks();
  }

  @Test
  default void prune_keeps_at_least_one() {
    Await.value(storage().checkpoints().append(WORKFLOW, 0, content(1)));

    for (int keep : List.of(0, -1, Integer.MIN_VALUE)) {
      Await.failure(
          InvalidInputException.class,
          Flux.defer(
              () -> storage().checkpoints().prune(WORKFLOW, CheckpointRetention.last(keep))));
    }
    assertThat(
            Await.value(
                storage()
                    .checkpoints()
                    .prune(WORKFLOW, CheckpointRetention.last(Integer.MAX_VALUE))))
        .isZero();
    assertThat(Await.maybe(storage().checkpoints().findLatest(WORKFLOW))).isPresent();
  }

  @Test
  default void checkpoint_versions_that_cannot_be_are_refused_or_not_there() {
    Await.value(storage().checkpoints().append(WORKFLOW, 0, content(1)));

    for (long version : List.of(-1L, Long.MIN_VALUE, Long.MAX_VALUE)) {
      Await.failure(
          StorageException.class,
          Flux.defer(() -> storage().checkpoints().append(WORKFLOW, version, content(9))));
    }
    assertThat(Await.maybe(storage().checkpoints().find(WORKFLOW, Long.MAX_VALUE))).isEmpty();
    assertThat(Await.all(storage().checkpoints().list(WORKFLOW, 10))).hasSize(1);
  }

  @Test
  default void purge_takes_no_negative_age() {
    Await.value(storage().deadLetters().add(Samples.LETTER, json(1), failure(1)));

    Await.failure(
        InvalidInputException.class,
        Flux.defer(() -> storage().deadLetters().purge(Duration.ofNanos(-1))));
    assertThat(Await.value(storage().deadLetters().purge(Duration.ofDays(100_000))))
        .as("nothing is that old")
        .isZero();
    assertThat(Await.maybe(storage().deadLetters().find(Samples.LETTER))).isPresent();
  }
}
