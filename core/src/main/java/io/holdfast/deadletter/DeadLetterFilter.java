package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.TimeSpan;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which dead letters are meant, and how many: those that meet every condition that is set.
 *
 * @param job of this job
 * @param eligible may be claimed again, or may not
 * @param signature with this {@linkplain DeadLetter#signature signature}
 * @param created first added within this span
 * @param after only those behind this key in the list's order: the last one of the page before
 * @param limit the most to emit, 1 to {@value Paging#LIMIT_MAX}
 */
public record DeadLetterFilter(
    @Nullable JobId job,
    @Nullable Boolean eligible,
    @Nullable String signature,
    TimeSpan created,
    @Nullable DeadLetterKey after,
    int limit) {

  private static final DeadLetterFilter ALL =
      new DeadLetterFilter(null, null, null, TimeSpan.ALWAYS, null, Paging.LIMIT_DEFAULT);

  /** Checks text and limit. */
  public DeadLetterFilter {
    Objects.requireNonNull(created, "created");
    if (signature != null) {
      Names.checkText("signature", signature);
    }
    Paging.check(limit);
  }

  /** The first {@value Paging#LIMIT_DEFAULT} dead letters. */
  public static DeadLetterFilter all() {
    return ALL;
  }

  /** Only of this job. */
  public DeadLetterFilter ofJob(JobId only) {
    return new DeadLetterFilter(only, eligible, signature, created, after, limit);
  }

  /** Only those that may, or may not, be claimed again. */
  public DeadLetterFilter withEligible(boolean only) {
    return new DeadLetterFilter(job, only, signature, created, after, limit);
  }

  /** Only with this signature. */
  public DeadLetterFilter withSignature(String only) {
    return new DeadLetterFilter(job, eligible, only, created, after, limit);
  }

  /** Only those first added within {@code span}. */
  public DeadLetterFilter createdWithin(TimeSpan span) {
    return new DeadLetterFilter(job, eligible, signature, span, after, limit);
  }

  /** Only those behind {@code last}. */
  public DeadLetterFilter after(DeadLetterKey last) {
    return new DeadLetterFilter(job, eligible, signature, created, last, limit);
  }

  /** At most {@code most}. */
  public DeadLetterFilter limit(int most) {
    return new DeadLetterFilter(job, eligible, signature, created, after, most);
  }

  /** True if {@code letter} meets every condition but the place in the list. */
  public boolean matches(DeadLetter letter) {
    return (job == null || job.equals(letter.key().job()))
        && (eligible == null || eligible == letter.state().eligible())
        && (signature == null || signature.equals(letter.signature()))
        && created.contains(letter.createdAt());
  }
}
