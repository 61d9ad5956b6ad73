package io.holdfast.subscription;

import io.holdfast.ConflictException;
import io.holdfast.Position;
import io.holdfast.event.EventMonth;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Whether durable subscriptions still need the events of a month. */
public final class Unread {

  private Unread() {}

  /**
   * Completes when each of {@code subscriptions} is past the last event of {@code month}. Fails
   * with {@link ConflictException}, which names one that is not.
   */
  public static Mono<Void> requireNone(Flux<Subscription> subscriptions, EventMonth month) {
    return month.last() == null
        ? Mono.empty()
        : subscriptions.doOnNext(subscription -> require(subscription, month)).then();
  }

  /**
   * Requires {@code subscription} to be past the last event of {@code month}.
   *
   * @throws ConflictException if it is not
   */
  public static void require(Subscription subscription, EventMonth month) {
    Position last = month.last();
    if (last != null && !subscription.position().covers(last)) {
      throw unread(subscription, month, last);
    }
  }

  private static ConflictException unread(Subscription behind, EventMonth month, Position last) {
    return new ConflictException(
        "Month",
        month.month().toString(),
        "read by every durable subscription",
        "not read by '%s', which is at position %s of %s"
            .formatted(behind.name(), behind.position(), last));
  }
}
