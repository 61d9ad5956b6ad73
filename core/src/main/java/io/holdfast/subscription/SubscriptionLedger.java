package io.holdfast.subscription;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import java.util.List;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the members of a subscription write: who has which slices, and how far they are. Everyday
 * programs use {@link DurableSubscription}, which does all of this.
 */
public interface SubscriptionLedger {

  /**
   * Creates the subscription; harmless if it is there with the same filter and number of slices,
   * wherever it is by now. Fails with {@link ConflictException} if it is there with others.
   */
  Mono<Void> create(SubscriptionDefinition definition);

  /**
   * Says that the member is alive, gives up what is above its fair share of the slices, and takes
   * what is free, or belongs to a member that is dead, up to it. Everything it has afterwards has a
   * new token, so that whatever it began under an old one cannot be written any more. Waits for
   * transactions of its own that still {@linkplain #advance advance} its slices; slices that others
   * are advancing it leaves alone. Fails with {@link NotFoundException} if there is no such
   * subscription.
   *
   * @return what it has to do; never empty
   */
  Mono<Membership> join(JoinRequest request);

  /**
   * Says that the member is alive. Changes no slice and no token, and waits for nobody. Fails with
   * {@link NotFoundException} if there is no such subscription.
   *
   * @return how things stand; never empty
   */
  Mono<Pulse> renew(JoinRequest request);

  /**
   * Moves each slice to its position, if its token is the newest, all or none; a slice that is
   * there or further already stays where it is. Inside a transaction, the tokens stay the newest
   * until its end. Fails with {@link LockLostException}, which names a slice, if a token is not the
   * newest.
   */
  Mono<Void> advance(SubscriptionName name, List<Slice> slices);

  /** Ends the membership: its slices are free. Harmless if there is none. */
  Mono<Void> leave(SubscriptionName name, String member);

  /** Holds {@code job}: its events are for the dead letters from now on. Harmless to repeat. */
  Mono<Void> hold(SubscriptionName name, JobId job);

  /**
   * Ends the holding of {@code job}, which has no dead letters left. Harmless if it is not held.
   */
  Mono<Void> unhold(SubscriptionName name, JobId job);

  /** The jobs that are held or released, by name; empty if there is none. */
  Flux<HeldJob> held(SubscriptionName name);
}
