package io.holdfast.subscription;

import io.holdfast.JobId;
import io.holdfast.JsonWriter;
import io.holdfast.StoreSet;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.Failure;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Puts events aside, to the dead letters of their job, and knows which jobs are held. */
final class Parking {

  /** What an event that waits behind a failed one of its job is said to have failed with. */
  static final String BEHIND = "BehindFailedEvent";

  private final SubscriptionName name;
  private final FailurePolicy policy;
  private final LetterItems items;
  private final Set<JobId> held = ConcurrentHashMap.newKeySet();

  /** An event that is put aside, and why. */
  record Parked(RecordedEvent event, Failure failure, boolean holds) {}

  Parking(SubscriptionName name, FailurePolicy policy, List<HeldJob> held) {
    this.name = name;
    this.policy = policy;
    this.items = new LetterItems(name);
    held.forEach(job -> this.held.add(job.job()));
  }

  boolean isHeld(JobId job) {
    return held.contains(job);
  }

  void hold(JobId job) {
    held.add(job);
  }

  void unhold(JobId job) {
    held.remove(job);
  }

  /** An event whose handler has failed as often as it may. */
  Parked failed(RecordedEvent event, Throwable error) {
    return new Parked(
        event,
        failure(event, policy.attempts(), error),
        policy.then() == FailurePolicy.Then.HOLD_JOB);
  }

  /** An event of a held job. */
  Parked behind(RecordedEvent event) {
    Failure failure =
        new Failure(
            1, Instant.now(), BEHIND, "An earlier event of the job failed", details(event, 0));
    return new Parked(event, failure, false);
  }

  Failure failure(RecordedEvent event, int attempt, Throwable error) {
    return Failure.of(attempt, error, details(event, policy.attempts()));
  }

  private io.holdfast.Json details(RecordedEvent event, int attempts) {
    return new JsonWriter()
        .text("subscription", name.value())
        .text("position", event.position().value())
        .number("attempts", attempts)
        .end();
  }

  /** Writes them, in order, within the transaction that moves the progress past them. */
  Mono<Void> write(StoreSet tx, List<Parked> parked) {
    return Flux.fromIterable(parked).concatMap(one -> write(tx, one)).then();
  }

  Mono<Void> write(StoreSet tx, Parked parked) {
    RecordedEvent event = parked.event();
    Mono<Void> add =
        tx.deadLetters().add(key(event), RecordedEvent.KIND.encode(event), parked.failure()).then();
    return parked.holds() ? add.then(tx.subscriptions().hold(name, event.job())) : add;
  }

  DeadLetterKey key(RecordedEvent event) {
    return new DeadLetterKey(event.job(), items.of(event.position()));
  }

  LetterItems items() {
    return items;
  }
}
