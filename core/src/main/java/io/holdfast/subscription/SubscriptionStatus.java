package io.holdfast.subscription;

import io.holdfast.Position;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A subscription, and how far behind it is.
 *
 * @param subscription the subscription, with its members
 * @param head the position of the last event of the log
 * @param lag how many matching events lie behind the slice that is furthest behind, counted up to a
 *     million; {@code null} if they could not be counted: it took longer than a statement may, or
 *     some are in an archive that is not within reach
 * @param held the jobs that are held or released
 */
public record SubscriptionStatus(
    Subscription subscription, Position head, @Nullable Long lag, List<HeldJob> held) {

  /** Copies the list. */
  public SubscriptionStatus {
    Objects.requireNonNull(subscription, "subscription");
    Objects.requireNonNull(head, "head");
    held = List.copyOf(held);
  }
}
