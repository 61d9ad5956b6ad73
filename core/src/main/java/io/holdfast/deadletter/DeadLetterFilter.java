package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import io.holdfast.event.JsonCondition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant, and how many: those that meet every condition that is set. On
 * PostgreSQL an index leads to keys, a job, a signature, error types, the time they were first
 * added and the time they failed last; everything else is looked for in what those leave. In files,
 * a job's letters are looked at, or all.
 *
 * @param keys any of these, {@value #KEYS_MAX} at most; empty: any
 * @param job of this job
 * @param eligible may be claimed again, or was given up
 * @param failure how it has failed
 * @param item what the item itself says
 * @param created first added within this span
 * @param after only those behind this key in the list's order: the last one of the page before
 * @param limit the most to emit or to change, 1 to {@value Paging#LIMIT_MAX}
 */
public record DeadLetterFilter(
    Set<DeadLetterKey> keys,
    @Nullable JobId job,
    @Nullable Boolean eligible,
    FailureFilter failure,
    ItemFilter item,
    TimeSpan created,
    @Nullable DeadLetterKey after,
    int limit) {

  /** How many keys there may be. */
  public static final int KEYS_MAX = 10_000;

  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(
          Set.of(),
          null,
          null,
          FailureFilter.ANY,
          ItemFilter.ANY,
          TimeSpan.ALWAYS,
          null,
          Paging.LIMIT_DEFAULT);

  /** Checks how much is asked. */
  public DeadLetterFilter {
    keys = Set.copyOf(keys);
    Objects.requireNonNull(failure, "failure");
    Objects.requireNonNull(item, "item");
    Objects.requireNonNull(created, "created");
    if (keys.size() > KEYS_MAX) {
      throw new InvalidInputException(
          "keys of dead letters", "at most " + KEYS_MAX + ", was " + keys.size());
    }
    Paging.check(limit);
  }

  /** The first {@value Paging#LIMIT_DEFAULT} dead letters. */
  public static DeadLetterFilter all() {
    return ALL;
  }

  /** Only these. */
  public DeadLetterFilter withKeys(Set<DeadLetterKey> only) {
    return new DeadLetterFilter(only, job, eligible, failure, item, created, after, limit);
  }

  /** Only of this job. */
  public DeadLetterFilter ofJob(JobId only) {
    return new DeadLetterFilter(keys, only, eligible, failure, item, created, after, limit);
  }

  /** Only those that may be claimed, now or later; or only those that were given up. */
  public DeadLetterFilter withEligible(boolean only) {
    return new DeadLetterFilter(keys, job, only, failure, item, created, after, limit);
  }

  private DeadLetterFilter failed(FailureFilter how) {
    return new DeadLetterFilter(keys, job, eligible, how, item, created, after, limit);
  }

  /** Only those whose newest failure has this signature. */
  public DeadLetterFilter withSignature(String only) {
    return failed(failure.withSignature(Objects.requireNonNull(only, "signature")));
  }

  /**
   * Only those in the signature of whose newest failure {@code part} occurs, upper and lower case
   * apart. Looks at all that meet the other conditions.
   */
  public DeadLetterFilter withSignaturePart(String part) {
    return failed(failure.withSignaturePart(Objects.requireNonNull(part, "part")));
  }

  /** Only those whose newest failure is of this type. */
  public DeadLetterFilter withErrorType(String only) {
    return withErrorTypes(Set.of(only));
  }

  /** Only those whose newest failure is of one of these types; none: of any. */
  public DeadLetterFilter withErrorTypes(Set<String> any) {
    return failed(failure.withErrorTypes(any));
  }

  /** Only those that have failed so often. */
  public DeadLetterFilter withFailures(int fewest, int most) {
    return failed(failure.times(fewest, most));
  }

  /** Only those whose newest failure happened within {@code span}. */
  public DeadLetterFilter failedWithin(TimeSpan span) {
    return failed(failure.within(span));
  }

  /** Only those whose data contains {@code part}. */
  public DeadLetterFilter containing(Json part) {
    ItemFilter more = new ItemFilter(part, item.where());
    return new DeadLetterFilter(keys, job, eligible, failure, more, created, after, limit);
  }

  /** Only those whose data meets {@code condition} too. */
  public DeadLetterFilter where(JsonCondition condition) {
    List<JsonCondition> all = new ArrayList<>(item.where());
    all.add(condition);
    ItemFilter more = new ItemFilter(item.contains(), all);
    return new DeadLetterFilter(keys, job, eligible, failure, more, created, after, limit);
  }

  /** As {@link #where(JsonCondition)}, with the {@linkplain JsonCondition#parse text form}. */
  public DeadLetterFilter where(String condition) {
    return where(JsonCondition.parse(condition));
  }

  /** Only those first added within {@code span}. */
  public DeadLetterFilter createdWithin(TimeSpan span) {
    return new DeadLetterFilter(keys, job, eligible, failure, item, span, after, limit);
  }

  /** Only those behind {@code last}. */
  public DeadLetterFilter after(DeadLetterKey last) {
    return new DeadLetterFilter(keys, job, eligible, failure, item, created, last, limit);
  }

  /** Wherever they are in the list. */
  public DeadLetterFilter anywhere() {
    return new DeadLetterFilter(keys, job, eligible, failure, item, created, null, limit);
  }

  /** True if only those are meant that were given up. */
  boolean isOnlyGivenUp() {
    return eligible != null && !eligible;
  }

  /** At most {@code most}. */
  public DeadLetterFilter limit(int most) {
    return new DeadLetterFilter(keys, job, eligible, failure, item, created, after, most);
  }

  /** True if {@code letter} meets every condition but the place in the list. */
  public boolean matches(DeadLetter letter) {
    return (keys.isEmpty() || keys.contains(letter.key()))
        && (job == null || job.equals(letter.key().job()))
        && (eligible == null || eligible == letter.state().eligible())
        && created.contains(letter.createdAt())
        && failure.matches(letter)
        && item.matches(letter.data());
  }
}
