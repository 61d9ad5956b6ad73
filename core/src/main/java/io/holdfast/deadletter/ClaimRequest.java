package io.holdfast.deadletter;

import io.holdfast.JobId;
import io.holdfast.Names;
import io.holdfast.Paging;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What to claim.
 *
 * @param owner who claims, a {@linkplain Names#check name}
 * @param leaseDuration for how long, {@linkplain LeaseDuration#check 100 ms to 24 h}
 * @param limit the most items, 1 to {@value Paging#LIMIT_MAX}
 * @param job of this job only; {@code null}: of any
 */
public record ClaimRequest(String owner, Duration leaseDuration, int limit, @Nullable JobId job) {

  /** Checks name and numbers. */
  public ClaimRequest {
    Names.check("owner", owner);
    LeaseDuration.check(leaseDuration);
    Paging.check(limit);
  }

  /** Items of any job. */
  public static ClaimRequest of(String owner, Duration leaseDuration, int limit) {
    return new ClaimRequest(owner, leaseDuration, limit, null);
  }

  /** Items of one job only. */
  public ClaimRequest ofJob(JobId only) {
    return new ClaimRequest(owner, leaseDuration, limit, only);
  }
}
