package io.holdfast.migration.crash;

import io.holdfast.StoreSet;
import io.holdfast.session.Progress;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.WorkflowDetails;
import reactor.core.publisher.Mono;

/** Begins the run, or finds out where the process before was killed; within one transaction. */
record Opening(Run run, Diary diary) {

  Mono<RunState> in(StoreSet tx) {
    return tx.sessions()
        .find(Run.SESSION)
        .flatMap(session -> resume(tx, session))
        .switchIfEmpty(Mono.defer(() -> begin(tx)));
  }

  private Mono<RunState> begin(StoreSet tx) {
    SessionDetails details =
        SessionDetails.of("map-reduce", "example/squares", run.definition())
            .withProgress(new Progress(0, run.size()));
    return tx.workflows()
        .create(Run.WORKFLOW, WorkflowDetails.of("Sum of squares", run.definition()))
        .then(tx.workflows().start(Run.WORKFLOW, Run.EXECUTION, run.definition()))
        .then(Ledger.append(tx, Run.JOB, diary.started(run)))
        .then(tx.sessions().create(Run.SESSION, details))
        .flatMap(session -> tx.sessions().update(session.withState(SessionState.RUNNING)))
        .map(RunState::fresh);
  }

  private Mono<RunState> resume(StoreSet tx, Session session) {
    return tx.checkpoints()
        .findLatest(Run.WORKFLOW)
        .map(latest -> RunState.of(session, latest))
        .defaultIfEmpty(RunState.fresh(session))
        .flatMap(
            state ->
                state.isCompleted()
                    ? Mono.just(state)
                    : Ledger.append(tx, Run.JOB, diary.resumed(state)).thenReturn(state));
  }
}
