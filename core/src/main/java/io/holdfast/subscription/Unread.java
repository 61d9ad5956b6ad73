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
    Position last = month.last();
    return last == null
        ? Mono.empty()
        : subscriptions
            .filter(subscription -> !subscription.position().covers(last))
            .next()
            .flatMap(behind -> Mono.error(() -> unread(behind, month, last)));
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
