package io.holdfast.migration.demo;

import io.holdfast.ConflictException;
import io.holdfast.Json;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.ClaimedLetter;
import io.holdfast.deadletter.Outcome;
import io.holdfast.event.EventBatch;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * A small map-reduce orchestrator. It works off dead letters, a few at a time, and may be killed at
 * any moment: what one transaction has written is done, everything else is done again by the next
 * worker.
 */
final class Worker {

  private static final Duration PAUSE = Duration.ofMillis(100);

  private final UnifiedStorage storage;
  private final Diary diary;
  private final String name;

  Worker(UnifiedStorage storage, String name) {
    this.storage = storage;
    this.diary = new Diary(name);
    this.name = name;
  }

  /** Works until the run is complete. */
  Mono<Void> run() {
    return lock().flatMap(this::runUnder);
  }

  private Mono<Void> runUnder(Lease lease) {
    return start(lease)
        .flatMap(this::resume)
        .expand(state -> state.isDone() ? Mono.empty() : work(lease, state))
        .last()
        .flatMap(state -> reduce(lease, state))
        .then(storage.locks().release(lease));
  }

  private Mono<Lease> lock() {
    Mono<Lease> attempt = storage.locks().tryAcquire(new LockRequest(Run.LOCK, name, Run.LEASE));
    return attempt
        .onErrorResume(
            ConflictException.class,
            held ->
                say(diary.note("lock.waiting", "for", held.actual()))
                    .then(attempt.retryWhen(whileHeld())))
        .flatMap(
            lease -> say(diary.note("lock.acquired", "token", lease.token())).thenReturn(lease));
  }

  private static Retry whileHeld() {
    return Retry.fixedDelay(Long.MAX_VALUE, PAUSE).filter(ConflictException.class::isInstance);
  }

  /** The session, running; made by the first worker, found by the next one. */
  private Mono<Session> start(Lease lease) {
    return storage
        .sessions()
        .find(Run.SESSION)
        .switchIfEmpty(Mono.defer(this::createSession))
        .map(session -> session.withState(SessionState.RUNNING))
        .flatMap(session -> storage.inTransaction(lease, tx -> tx.sessions().update(session)));
  }

  private Mono<Session> createSession() {
    return storage
        .deadLetters()
        .stats(Run.LEFT_BEHIND)
        .map(left -> new Progress(0, left.total()))
        .map(
            SessionDetails.of(
                    "mapreduce",
                    "acme/shop",
                    Json.from(Map.of("redrives", Run.LEFT_BEHIND.value())))
                ::withProgress)
        .flatMap(details -> storage.sessions().create(Run.SESSION, details));
  }

  private Mono<RunState> resume(Session session) {
    return storage
        .checkpoints()
        .findLatest(Run.WORKFLOW)
        .map(checkpoint -> RunState.of(session, checkpoint))
        .flatMap(state -> say(diary.resumed(state)).thenReturn(state))
        .switchIfEmpty(
            say(diary.note("run.started", "items", RunState.fresh(session).total()))
                .thenReturn(RunState.fresh(session)));
  }

  /**
   * Map: claims a few items, works on them, and writes down in one transaction that they are done.
   */
  private Mono<RunState> work(Lease lease, RunState state) {
    return storage
        .deadLetters()
        .claim(ClaimRequest.of(name, Run.LEASE, Run.CLAIMED_AT_ONCE).ofJob(Run.LEFT_BEHIND))
        .concatMap(this::workOn)
        .collectList()
        .flatMap(items -> items.isEmpty() ? idle(state) : commit(lease, state, items));
  }

  /** What is left is still claimed by a worker that died. */
  private static Mono<RunState> idle(RunState state) {
    return Mono.delay(PAUSE).thenReturn(state);
  }

  private Mono<ClaimedLetter> workOn(ClaimedLetter item) {
    return say(diary.item(Run.ITEM_STARTED, item))
        .then(Mono.delay(Run.ITEM_TAKES))
        .thenReturn(item);
  }

  private Mono<RunState> commit(Lease lease, RunState before, List<ClaimedLetter> items) {
    RunState after = before.plus(items);
    return storage
        .locks()
        .renew(lease)
        .flatMap(renewed -> storage.inTransaction(renewed, tx -> write(tx, after, items)))
        .map(after::with);
  }

  /** Events, dead letters, checkpoint and session: all of it or nothing. */
  private Mono<Session> write(StoreSet tx, RunState after, List<ClaimedLetter> items) {
    return tx.events()
        .append(diary.completed(after, items))
        .thenMany(Flux.fromIterable(items))
        .concatMap(item -> tx.deadLetters().settle(item.claim(), new Outcome.Done()))
        .then(tx.checkpoints().append(Run.WORKFLOW, after.checkpoint() - 1, after.content()))
        .then(tx.sessions().update(after.session()));
  }

  private Mono<Session> reduce(Lease lease, RunState state) {
    Session completed = state.session().withState(SessionState.COMPLETED);
    return storage
        .locks()
        .renew(lease)
        .flatMap(
            renewed ->
                storage.inTransaction(
                    renewed,
                    tx ->
                        tx.sessions()
                            .update(completed)
                            .flatMap(
                                done ->
                                    tx.events().append(diary.reduced(state)).thenReturn(done))));
  }

  private Mono<Void> say(EventBatch note) {
    return storage.events().append(note).then();
  }
}
