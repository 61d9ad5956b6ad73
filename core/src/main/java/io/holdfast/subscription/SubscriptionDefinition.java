package io.holdfast.subscription;

import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import java.util.Objects;

/**
 * What a subscription is, from its creation on.
 *
 * @param name its name
 * @param filter which events it is about
 * @param slices how many slices its jobs are spread over, 1 to {@value Slice#COUNT_MAX}
 * @param start every slice begins with the first event behind this
 */
public record SubscriptionDefinition(
    SubscriptionName name, EventFilter filter, int slices, Position start) {

  /** Checks the number of slices. */
  public SubscriptionDefinition {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(filter, "filter");
    Objects.requireNonNull(start, "start");
    int unused = Slice.checkCount(slices);
  }
}
