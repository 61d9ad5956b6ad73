package io.holdfast.migration.crash;

import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import java.time.Duration;
import java.util.function.LongConsumer;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An example of an orchestrator: maps the items of a run, several at once, and reduces what comes
 * of them. It may be killed at any moment; another process then goes on behind the last step that
 * was committed.
 *
 * <p>An item that fails goes to the dead letters. It is claimed from there and tried again, until
 * it succeeds or has failed {@value Item#ATTEMPTS_MAX} times; then it stays there.
 */
final class Orchestrator {

  private static final int PARALLELISM = 8;

  /** A process that was killed is missed after this time. */
  private static final Duration LEASE = Duration.ofSeconds(3);

  private static final Duration CLAIM = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final UnifiedStorage storage;
  private final Run run;
  private final String name;
  private final LongConsumer written;

  /** {@code written} is told the version of each checkpoint, first of the one that was found. */
  Orchestrator(UnifiedStorage storage, Run run, String name, LongConsumer written) {
    this.storage = storage;
    this.run = run;
    this.name = name;
    this.written = written;
  }

  /** Completes when the run is complete, whoever has completed it. */
  Mono<Void> run() {
    return storage
        .locks()
        .withLock(new LockRequest(Run.LOCK, name, LEASE), PATIENCE, this::runUnder);
  }

  private Mono<Void> runUnder(Lease lease) {
    Diary diary = new Diary(name);
    return storage
        .inTransaction(lease, new Opening(run, diary)::in)
        .doOnNext(this::tell)
        .filter(found -> !found.isCompleted())
        .map(found -> new Ledger(storage, lease, diary, found))
        .flatMap(ledger -> map(lease, ledger).then(ledger.reduce()))
        .then();
  }

  private Mono<Void> map(Lease lease, Ledger ledger) {
    return Mono.defer(() -> round(lease, ledger)).repeat(() -> !ledger.state().isMapped()).then();
  }

  /** Works on a few items side by side, and writes down each as soon as it is over. */
  private Mono<Void> round(Lease lease, Ledger ledger) {
    return Flux.fromStream(() -> run.items().filter(ledger.state().tally()::isNew))
        .take(PARALLELISM)
        .map(Attempt::first)
        .concatWith(retries(lease))
        .flatMap(this::work, 2 * PARALLELISM)
        .concatMap(ledger::record)
        .doOnNext(this::tell)
        .then();
  }

  /**
   * Attempts at items that have failed before. There may be none for a while: those that a process
   * had claimed when it was killed come back when the claim's lease ends.
   */
  private Flux<Attempt> retries(Lease lease) {
    ClaimRequest request = ClaimRequest.of(name, CLAIM, PARALLELISM).ofJob(Run.JOB);
    return storage
        .inTransaction(
            lease, tx -> tx.deadLetters().claim(request).map(Attempt::again).collectList())
        .flatMap(found -> found.isEmpty() ? Mono.delay(PAUSE).thenReturn(found) : Mono.just(found))
        .flatMapIterable(found -> found);
  }

  private Mono<Attempt> work(Attempt attempt) {
    return Mono.delay(attempt.item().takes()).thenReturn(attempt);
  }

  private void tell(RunState state) {
    written.accept(state.checkpoint());
  }
}
