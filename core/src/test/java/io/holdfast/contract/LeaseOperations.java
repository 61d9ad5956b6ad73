package io.holdfast.contract;

import static io.holdfast.contract.Operation.Emits.NOTHING;
import static io.holdfast.contract.Operation.Emits.ONE;
import static io.holdfast.contract.Operation.Emits.SOME;
import static io.holdfast.contract.Operation.freshId;
import static io.holdfast.contract.Operation.reads;
import static io.holdfast.contract.Operation.writes;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;

import io.holdfast.Isolation;
import io.holdfast.SessionId;
import io.holdfast.TransactionOptions;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetter;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.DeadLetterKey;
import io.holdfast.deadletter.DeadLetterState;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.Settlement;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/** The operations of dead letters and locks. */
final class LeaseOperations {

  private LeaseOperations() {}

  static List<Operation> all() {
    return Stream.of(letters(), claims(), locks()).flatMap(List::stream).toList();
  }

  private static List<Operation> letters() {
    return List.of(
        writes(
            "deadLetters.add",
            ONE,
            s -> letterKey(freshId(), "i"),
            (s, key) -> s.deadLetters().add(key, json(1), failure(1))),
        reads(
            "deadLetters.find", ONE, LeaseOperations::added, (s, key) -> s.deadLetters().find(key)),
        reads("deadLetters.get", ONE, LeaseOperations::added, (s, key) -> s.deadLetters().get(key)),
        reads(
            "deadLetters.list",
            SOME,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().list(DeadLetterFilter.all())),
        reads(
            "deadLetters.listNewest",
            SOME,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().listNewest(DeadLetterFilter.all(), null)),
        reads(
            "deadLetters.stats",
            ONE,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().stats(key.job())),
        reads(
            "deadLetters.jobs",
            SOME,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().jobs(null, 5)),
        reads(
            "deadLetters.patterns",
            ONE,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().patterns(DeadLetterFilter.all())),
        writes(
            "deadLetters.redrive",
            ONE,
            LeaseOperations::givenUp,
            (s, key) -> s.deadLetters().redrive(DeadLetterFilter.all().ofJob(key.job()))),
        writes(
            "deadLetters.purge(filter)",
            ONE,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().purge(DeadLetterFilter.all().ofJob(key.job()))),
        writes(
            "deadLetters.delete",
            NOTHING,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().delete(key)),
        writes(
            "deadLetters.purge",
            ONE,
            LeaseOperations::addedLongAgo,
            (s, key) -> s.deadLetters().purge(Duration.ofDays(30))));
  }

  private static List<Operation> claims() {
    return List.of(
        writes(
            "deadLetters.claim",
            SOME,
            LeaseOperations::added,
            (s, key) -> s.deadLetters().claim(ClaimRequest.of("worker", LONG, 5).ofJob(key.job()))),
        writes(
            "deadLetters.settle",
            NOTHING,
            LeaseOperations::claimed,
            (s, claim) ->
                s.deadLetters().settle(claim, new Outcome.Retry(failure(2), Duration.ZERO))),
        writes(
            "deadLetters.settle(batch)",
            SOME,
            LeaseOperations::claimed,
            (s, claim) -> s.deadLetters().settle(List.of(Settlement.done(claim)))),
        writes(
            "deadLetters.renew",
            SOME,
            LeaseOperations::claimed,
            (s, claim) -> s.deadLetters().renew(List.of(claim), LONG.multipliedBy(2))),
        writes(
            "reprocess",
            ONE,
            LeaseOperations::added,
            (s, key) ->
                s.reprocess(
                    DeadLetterFilter.all().ofJob(key.job()),
                    ReprocessOptions.defaults(),
                    LetterHandler.plain(item -> Mono.empty()))));
  }

  private static List<Operation> locks() {
    return List.of(
        writes(
            "locks.tryAcquire",
            ONE,
            s -> new LockRequest(new LockName(freshId()), "owner", LONG),
            (s, request) -> s.locks().tryAcquire(request)),
        writes(
            "locks.acquire",
            ONE,
            s -> new LockRequest(new LockName(freshId()), "owner", LONG),
            (s, request) -> s.locks().acquire(request, LONG)),
        writes(
            "locks.withLock",
            ONE,
            s -> new LockRequest(new LockName(freshId()), "owner", LONG),
            (s, request) -> s.locks().withLock(request, LONG, Mono::just)),
        writes(
            "locks.elect",
            SOME,
            s -> new LockRequest(new LockName(freshId()), "owner", LONG),
            (s, request) ->
                s.locks().elect(request).take(1).concatWith(released(s, request.name()))),
        reads(
            "locks.enter",
            NOTHING,
            s -> new LockName(freshId()),
            (s, name) -> s.locks().enter(name)),
        writes("locks.extend", ONE, LeaseOperations::held, (s, it) -> s.locks().extend(it, LONG)),
        writes("locks.renew", ONE, LeaseOperations::held, (s, it) -> s.locks().renew(it)),
        writes("locks.release", NOTHING, LeaseOperations::held, (s, it) -> s.locks().release(it)),
        writes(
            "locks.forceRelease",
            NOTHING,
            LeaseOperations::held,
            (s, it) -> s.locks().forceRelease(it.name())),
        reads("locks.find", ONE, LeaseOperations::held, (s, it) -> s.locks().find(it.name())),
        reads("locks.list", SOME, LeaseOperations::held, (s, it) -> s.locks().list(5)),
        writes(
            "inTransaction(lease)",
            ONE,
            LeaseOperations::held,
            (s, it) ->
                s.inTransaction(
                    it, tx -> tx.sessions().create(new SessionId(it.name().value()), details(1)))),
        writes(
            "inTransaction(options)",
            ONE,
            LeaseOperations::held,
            (s, it) ->
                s.inTransaction(
                    strict(it),
                    tx -> tx.sessions().create(new SessionId(it.name().value()), details(1)))));
  }

  private static TransactionOptions strict(Lease lease) {
    return TransactionOptions.DEFAULT
        .withIsolation(Isolation.SERIALIZABLE)
        .withTimeout(Duration.ofSeconds(20))
        .fencedBy(lease);
  }

  private static DeadLetterKey added(UnifiedStorage storage) {
    DeadLetterKey key = letterKey(freshId(), "i");
    return Await.value(storage.deadLetters().add(key, json(1), failure(1))).key();
  }

  private static DeadLetterKey addedLongAgo(UnifiedStorage storage) {
    DeadLetterKey key = letterKey(freshId(), "i");
    DeadLetterState state = new DeadLetterState(true, LONG_AGO, 0, null);
    DeadLetter old = new DeadLetter(key, json(1), List.of(failure(1)), state, LONG_AGO, LONG_AGO);
    Await.value(storage.transfer(DeadLetter.KIND).load(List.of(old)));
    return key;
  }

  private static DeadLetterKey givenUp(UnifiedStorage storage) {
    Claim claim = claimed(storage);
    Await.done(storage.deadLetters().settle(claim, new Outcome.GiveUp(failure(2))));
    return claim.key();
  }

  private static Claim claimed(UnifiedStorage storage) {
    ClaimRequest request = ClaimRequest.of("worker", LONG, 1).ofJob(added(storage).job());
    return Await.value(storage.deadLetters().claim(request).next()).claim();
  }

  private static Lease held(UnifiedStorage storage) {
    LockRequest request = new LockRequest(new LockName(freshId()), "owner", LONG);
    return Await.value(storage.locks().tryAcquire(request));
  }

  /** Completes when nobody has the lock any more: its release goes on behind the cancel. */
  private static <T> Mono<T> released(UnifiedStorage storage, LockName name) {
    return Mono.defer(() -> storage.locks().find(name))
        .map(lock -> lock.holders().isEmpty())
        .defaultIfEmpty(true)
        .filter(free -> free)
        .repeatWhenEmpty(looks -> looks.delayElements(Duration.ofMillis(10)))
        .then(Mono.empty());
  }
}
