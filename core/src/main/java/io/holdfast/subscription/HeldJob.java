package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.RecordKind;
import io.holdfast.StorageTime;
import java.time.Instant;
import java.util.Objects;

/**
 * A job whose events go to the dead letters, because an earlier one of them is there.
 *
 * @param subscription for which subscription
 * @param job which job
 * @param released true if its dead letters are to be handled now, in order
 * @param changedAt when it was held or released, by the storage's clock
 */
public record HeldJob(
    SubscriptionName subscription, JobId job, boolean released, Instant changedAt) {

  /** How held jobs are named, ordered and written. */
  public static final RecordKind<HeldJob> KIND = new HeldJobKind();

  /** Cuts the time. */
  public HeldJob {
    Objects.requireNonNull(subscription, "subscription");
    Objects.requireNonNull(job, "job");
    changedAt = StorageTime.check("changed at", changedAt);
  }
}
