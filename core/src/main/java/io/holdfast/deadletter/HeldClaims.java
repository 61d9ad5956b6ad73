package io.holdfast.deadletter;

import io.holdfast.LockLostException;
import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The claims of one run: renewed at every third of their lease, in one statement. Whoever works on
 * one hears when it is lost, or may be: when nothing was heard of the storage for a whole lease, by
 * this process's clock.
 */
final class HeldClaims {

  private static final Logger LOG = LoggerFactory.getLogger(HeldClaims.class);

  private static final int RENEWALS_A_LEASE = 3;
  private static final int LOOKS_A_LEASE = 20;

  private final DeadLetterClaims letters;
  private final Duration lease;
  private final Map<DeadLetterKey, Held> held = new ConcurrentHashMap<>();

  /**
   * A claim, until when it is certainly ours, who hears that it is not, and whether it is ending.
   */
  private record Held(Claim claim, long until, Sinks.Empty<Void> lost, boolean isEnding) {

    Held until(long later) {
      return new Held(claim, later, lost, isEnding);
    }

    Held ending(boolean isIt) {
      return new Held(claim, until, lost, isIt);
    }
  }

  HeldClaims(DeadLetterClaims letters, Duration lease) {
    this.letters = letters;
    this.lease = lease;
  }

  /** {@code asked} is when the claim was sent for. */
  void add(Claim claim, long asked) {
    held.put(claim.key(), new Held(claim, asked + lease.toNanos(), Sinks.empty(), false));
  }

  /** Harmless if the item was claimed anew. */
  void remove(Claim claim) {
    held.computeIfPresent(
        claim.key(), (key, known) -> known.claim().token() == claim.token() ? null : known);
  }

  /**
   * Whether it is being settled in a transaction: that it is gone then is no loss. Not any more
   * when the transaction is run again.
   */
  void ending(Claim claim, boolean isEnding) {
    held.computeIfPresent(claim.key(), (key, known) -> known.ending(isEnding));
  }

  boolean isEmpty() {
    return held.isEmpty();
  }

  /** Fails once the claim is lost, or may be; never emits. */
  <T> Mono<T> loss(Claim claim) {
    return Mono.defer(
        () -> {
          Held known = held.get(claim.key());
          Mono<T> lost =
              Mono.error(() -> new LockLostException(claim.key().toString(), claim.token()));
          return known == null ? lost : known.lost().asMono().then(lost);
        });
  }

  /** Renews until it is cancelled; never emits. */
  <T> Mono<T> keep() {
    return Mono.firstWithSignal(this.<T>renewals(), this.<T>watch());
  }

  private <T> Mono<T> renewals() {
    return Flux.interval(lease.dividedBy(RENEWALS_A_LEASE))
        .onBackpressureDrop()
        .concatMap(tick -> renew(), 1)
        .then(Mono.never());
  }

  /** Beside the renewals, because one of them may hang. */
  private <T> Mono<T> watch() {
    return Flux.interval(lease.dividedBy(LOOKS_A_LEASE))
        .onBackpressureDrop()
        .doOnNext(tick -> tellOverdue())
        .then(Mono.never());
  }

  private Mono<Void> renew() {
    return Mono.defer(
        () -> {
          long sent = System.nanoTime();
          List<Claim> claims =
              held.values().stream().filter(one -> !one.isEnding()).map(Held::claim).toList();
          return claims.isEmpty()
              ? Mono.empty()
              : letters
                  .renew(claims, lease)
                  .collectList()
                  .doOnNext(renewed -> note(claims, renewed, sent))
                  .then()
                  .onErrorResume(UnavailableException.class, HeldClaims::later);
        });
  }

  private void note(List<Claim> asked, List<Claim> renewed, long sent) {
    Set<DeadLetterKey> still = new HashSet<>();
    renewed.forEach(claim -> still.add(claim.key()));
    for (Claim claim : asked) {
      Held known = held.get(claim.key());
      // What was settled meanwhile, or claimed anew, is not what was asked about.
      if (known != null && known.claim().token() == claim.token()) {
        if (still.contains(claim.key())) {
          held.replace(claim.key(), known, known.until(sent + lease.toNanos()));
        } else {
          tellLost(known);
        }
      }
    }
  }

  private static Mono<Void> later(UnavailableException unavailable) {
    LOG.warn("Could not renew claims on dead letters, trying again: {}", unavailable.getMessage());
    return Mono.empty();
  }

  private void tellOverdue() {
    long now = System.nanoTime();
    held.values().stream().filter(one -> one.until() - now <= 0).forEach(this::tellLost);
  }

  private void tellLost(Held lost) {
    if (!lost.isEnding()) {
      var unused = lost.lost().tryEmitEmpty();
    }
  }

  /** Gives back whatever is held, so that others need not wait for the leases to end. */
  Mono<Void> release() {
    return Mono.defer(
            () ->
                letters
                    .settle(
                        held.values().stream()
                            .map(one -> new Settlement(one.claim(), new Outcome.Release()))
                            .toList())
                    .then())
        .onErrorResume(
            error -> {
              LOG.warn("Claims were not given back and end by themselves: {}", error.getMessage());
              return Mono.empty();
            });
  }
}
