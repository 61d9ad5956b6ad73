package io.holdfast.deadletter;

import io.holdfast.InvalidInputException;
import io.holdfast.LockLostException;
import io.holdfast.lock.LeaseDuration;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The right to work on dead letters: each is one worker's at a time, under a lease and a token. */
public interface DeadLetterClaims {

  /** How many claims may be settled or renewed together. */
  int BATCH_MAX = 10_000;

  /**
   * Takes up to {@code request.limit()} items that are eligible, due and under no live lease, the
   * longest due first. Concurrent claimers get different items. Empty if there is nothing to do.
   * What was claimed but never arrived (the caller cancelled) comes back when its lease ends.
   */
  Flux<ClaimedLetter> claim(ClaimRequest request);

  /**
   * Makes claims last {@code duration} from now. One whose lease merely ran out is renewed too.
   * Fails with {@link InvalidInputException} if the duration is not {@linkplain LeaseDuration#check
   * 100 ms to 24 h}, if there are more than {@value #BATCH_MAX}, or two of one item.
   *
   * @return those that are still held, renewed, in the order given; a claim that was settled, or
   *     whose item was claimed again or is gone, is missing. Empty if none is held
   */
  Flux<Claim> renew(List<Claim> claims, Duration duration);

  /**
   * Ends claims, all in one step. One that was lost changes nothing and does not keep the others
   * from being settled. A lease that merely ran out is still good. Settling again in the same way
   * is accepted again, and changes nothing; but for {@link Outcome.Done}, after which the item is
   * gone. Fails with {@link InvalidInputException} if there are more than {@value #BATCH_MAX}, or
   * two of one item; nothing is written then.
   *
   * @return what became of each, in the order given; empty if there are none
   */
  Flux<Settled> settle(List<Settlement> settlements);

  /**
   * Ends a claim. Fails with {@link LockLostException} if the item was claimed again since, or is
   * gone; a lease that merely ran out is still good. Repeating {@link Outcome.Done} after it was
   * applied fails in the same way: the item is gone, as it should be.
   */
  default Mono<Void> settle(Claim claim, Outcome outcome) {
    Objects.requireNonNull(claim, "claim");
    return settle(List.of(new Settlement(claim, outcome)))
        .filter(settled -> !settled.accepted())
        .next()
        .flatMap(
            lost -> Mono.error(() -> new LockLostException(claim.key().toString(), claim.token())));
  }
}
