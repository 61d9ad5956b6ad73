package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.Objects;

/**
 * What to claim.
 *
 * @param owner who claims, a {@linkplain Names#check name}
 * @param leaseDuration for how long, {@linkplain LeaseDuration#check 100 ms to 24 h}
 * @param limit the most items, 1 to {@value Paging#LIMIT_MAX}
 * @param filter which of those that may be claimed; its limit and place do not count
 */
public record ClaimRequest(
    String owner, Duration leaseDuration, int limit, DeadLetterFilter filter) {

  /** Checks name and numbers. */
  public ClaimRequest {
    Names.check("owner", owner);
    LeaseDuration.check(leaseDuration);
    Paging.check(limit);
    Objects.requireNonNull(filter, "filter");
  }

  /** Items of any job. */
  public static ClaimRequest of(String owner, Duration leaseDuration, int limit) {
    return new ClaimRequest(owner, leaseDuration, limit, DeadLetterFilter.all());
  }

  /** Items of one job only. */
  public ClaimRequest ofJob(JobId only) {
    return matching(filter.ofJob(only));
  }

  /** Only items that {@code only} lets through. */
  public ClaimRequest matching(DeadLetterFilter only) {
    return new ClaimRequest(owner, leaseDuration, limit, only);
  }
}
