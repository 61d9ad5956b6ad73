package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Durable subscriptions, and what operators do with them. */
public interface SubscriptionStore extends SubscriptionLedger {

  /** The subscription; empty if there is none. */
  Mono<Subscription> find(SubscriptionName name);

  /** The subscription; fails with {@link NotFoundException} if there is none. */
  default Mono<Subscription> get(SubscriptionName name) {
    return find(name)
        .switchIfEmpty(Mono.error(() -> new NotFoundException("Subscription", name.value())));
  }

  /** All subscriptions, by name; empty if there is none. */
  Flux<Subscription> list();

  /**
   * How many matching events lie behind the slice that is furthest behind, archived ones too,
   * counted up to a million. Fails with {@link NotFoundException} if there is no such subscription,
   * or an archive is not within reach.
   *
   * @return the number; never empty
   */
  Mono<Long> lag(SubscriptionName name);

  /**
   * Stops all work, until it is resumed: each member stops after the batch it is at. Harmless if it
   * is paused. Fails with {@link NotFoundException} if there is no such subscription.
   */
  Mono<Void> pause(SubscriptionName name);

  /**
   * Goes on after a pause; harmless if it is not paused. Fails with {@link NotFoundException} if
   * there is no such subscription.
   */
  Mono<Void> resume(SubscriptionName name);

  /**
   * Makes every slice go on behind {@code position}, back or forth, and takes the slices' tokens
   * away, so that nothing that is under way moves them. Held jobs stay held. Fails with {@link
   * NotFoundException} if there is no such subscription.
   */
  Mono<Void> rewind(SubscriptionName name, Position position);

  /**
   * Lets go of a held job: its dead letters of this subscription are handled again, in order, and
   * then its events. Fails with {@link NotFoundException} if the job is not held.
   */
  Mono<Void> release(SubscriptionName name, JobId job);

  /**
   * Deletes the subscription and its progress; its members fail with {@link NotFoundException}.
   * Dead letters stay. Harmless if there is none.
   */
  Mono<Void> delete(SubscriptionName name);
}
