package io.holdfast.subscription;

import io.holdfast.Names;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.Objects;

/**
 * The wish to work on a subscription, or to go on with it.
 *
 * @param name which subscription
 * @param member who asks, a {@linkplain Names#check name}; two workers must not share one
 * @param leaseDuration how long without a word until it counts as dead, {@linkplain
 *     LeaseDuration#check 100 ms to 24 h}
 */
public record JoinRequest(SubscriptionName name, String member, Duration leaseDuration) {

  /** Checks name and number. */
  public JoinRequest {
    Objects.requireNonNull(name, "name");
    Names.check("member", member);
    LeaseDuration.check(leaseDuration);
  }
}
