package io.holdfast.migration.crash;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.deadletter.DeadLetterQueue;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.lock.Lease;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.ExecutionStatus;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * Writes down what happens, each step with all that belongs to it in one transaction, which commits
 * only while the run is ours. One step comes after the other.
 *
 * <p>Events are appended without a condition and under no id that would repeat: a step that is
 * written twice shows.
 */
final class Ledger {

  private final UnifiedStorage storage;
  private final Lease lease;
  private final Diary diary;
  private volatile RunState state;

  Ledger(UnifiedStorage storage, Lease lease, Diary diary, RunState found) {
    this.storage = storage;
    this.lease = lease;
    this.diary = diary;
    this.state = found;
  }

  /** As last written. */
  RunState state() {
    return state;
  }

  /** An attempt is over: its events, the item's dead letter, the checkpoint, the progress. */
  Mono<RunState> record(Attempt attempt) {
    return Mono.defer(
        () -> {
          RunState after = state.plus(attempt);
          return storage
              .inTransaction(lease, tx -> write(tx, after, attempt))
              .map(after::with)
              .doOnNext(written -> state = written);
        });
  }

  private Mono<Session> write(StoreSet tx, RunState after, Attempt attempt) {
    return append(tx, attempt.item().job(), diary.attempt(attempt))
        .then(settle(tx.deadLetters(), attempt))
        .then(tx.checkpoints().append(Run.WORKFLOW, after.checkpoint() - 1, after.content()))
        .then(tx.sessions().update(after.session()));
  }

  /** An item that fails becomes a dead letter, and is one until it succeeds. */
  private static Mono<Void> settle(DeadLetterQueue letters, Attempt attempt) {
    if (attempt.claim() != null) {
      return letters.settle(attempt.claim(), attempt.outcome());
    }
    return attempt.succeeds()
        ? Mono.empty()
        : letters.add(attempt.item().key(), attempt.item().data(), attempt.failure()).then();
  }

  /** The run is over: its last events, its execution and its session. */
  Mono<Session> reduce() {
    return Mono.defer(
        () ->
            storage.inTransaction(
                lease,
                tx ->
                    append(tx, Run.JOB, diary.reduced(state.tally()))
                        .then(
                            tx.workflows()
                                .finish(
                                    Run.WORKFLOW,
                                    Run.EXECUTION,
                                    ExecutionStatus.COMPLETED,
                                    outcome()))
                        .then(
                            tx.sessions()
                                .update(state.session().withState(SessionState.COMPLETED)))));
  }

  private Json outcome() {
    return Run.outcome(state.tally().sum(), state.tally().givenUp().size());
  }

  static Mono<AppendResult> append(StoreSet tx, JobId job, List<Event> events) {
    return tx.events().append(job, ExpectedVersion.any(), events);
  }
}
