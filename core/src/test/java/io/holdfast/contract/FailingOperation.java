package io.holdfast.contract;

import static io.holdfast.contract.Operation.freshId;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;

import io.holdfast.ConflictException;
import io.holdfast.InvalidInputException;
import io.holdfast.JobId;
import io.holdfast.LockLostException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.SessionId;
import io.holdfast.StorageException;
import io.holdfast.TransactionOptions;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.WorkflowId;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.Outcome;
import io.holdfast.event.Event;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockName;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import io.holdfast.session.SessionState;
import io.holdfast.session.SessionTiming;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.Workflow;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * An operation that fails because of what is stored, or is not.
 *
 * @param name as people call it
 * @param failure with what it fails
 * @param prepare sets it up and assembles it
 */
record FailingOperation(
    String name,
    Class<? extends StorageException> failure,
    Function<UnifiedStorage, Publisher<?>> prepare) {

  static List<FailingOperation> all() {
    return Stream.of(records(), events(), leases()).flatMap(List::stream).toList();
  }

  private static List<FailingOperation> records() {
    SessionId session = new SessionId(freshId());
    WorkflowId workflow = new WorkflowId(freshId());
    return List.of(
        missing("sessions.get", s -> s.sessions().get(session)),
        missing("sessions.update", s -> s.sessions().update(invented(session))),
        conflict(
            "sessions.create",
            s -> {
              Await.value(s.sessions().create(new SessionId("taken"), details(1)));
              return s.sessions().create(new SessionId("taken"), details(2));
            }),
        missing("workflows.get", s -> s.workflows().get(workflow)),
        missing(
            "workflows.update",
            s ->
                s.workflows()
                    .update(new Workflow(workflow, 1, definition("x"), LONG_AGO, LONG_AGO))),
        missing(
            "workflows.start", s -> s.workflows().start(workflow, new ExecutionId("e-1"), json(1))),
        missing(
            "workflows.finish",
            s ->
                s.workflows()
                    .finish(workflow, new ExecutionId("e"), ExecutionStatus.FAILED, json(1))),
        conflict("checkpoints.append", s -> s.checkpoints().append(workflow, 7, content(1))));
  }

  private static List<FailingOperation> events() {
    JobId job = new JobId(freshId());
    Event event = event(1).at(LONG_AGO);
    List<RecordedEvent> twice =
        List.of(
            new RecordedEvent(new Position("900000008"), job, 2, event),
            new RecordedEvent(new Position("900000009"), job, 2, event));
    return List.of(
        conflict(
            "events.append",
            s -> s.events().append(job, ExpectedVersion.exactly(3), List.of(event(1)))),
        new FailingOperation(
            "events.appendAll",
            NotFoundException.class,
            s ->
                s.events()
                    .appendAll(Flux.<JobEvent>error(() -> new NotFoundException("Source", "it")))),
        new FailingOperation(
            "inTransaction(options)",
            UnavailableException.class,
            s ->
                s.inTransaction(
                    TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(50)),
                    tx -> tx.sessions().find(new SessionId("no")).then(Mono.never()))),
        new FailingOperation(
            "inTransaction inside of it",
            InvalidInputException.class,
            s -> s.inTransaction(outer -> s.inTransaction(tx -> tx.events().stats(job)))),
        conflict("transfer.load", s -> s.transfer(RecordedEvent.KIND).load(twice)),
        missing(
            "inTransaction", s -> s.inTransaction(tx -> tx.sessions().get(new SessionId("no")))));
  }

  private static List<FailingOperation> leases() {
    Instant later = Instant.now().plus(LONG);
    Lease lease = new Lease(new LockName(freshId()), "a", 1, LONG, later);
    Claim claim = new Claim(letterKey(freshId(), "i"), 1, "a", later);
    return List.of(
        missing("deadLetters.get", s -> s.deadLetters().get(letterKey("no", "no"))),
        lost(
            "deadLetters.settle",
            s -> s.deadLetters().settle(claim, new Outcome.GiveUp(Samples.failure(1)))),
        lost("locks.renew", s -> s.locks().renew(lease)),
        lost("locks.extend", s -> s.locks().extend(lease, LONG)),
        conflict(
            "locks.acquire",
            s -> {
              LockName name = new LockName("held for long");
              Await.value(s.locks().tryAcquire(new LockRequest(name, "a", LONG)));
              return s.locks().acquire(new LockRequest(name, "b", LONG), Duration.ofMillis(50));
            }),
        lost(
            "inTransaction(lease)",
            s -> s.inTransaction(lease, tx -> tx.sessions().get(new SessionId("no")))),
        conflict(
            "locks.tryAcquire",
            s -> {
              LockName name = new LockName("held");
              Await.value(s.locks().tryAcquire(new LockRequest(name, "a", LONG)));
              return s.locks().tryAcquire(new LockRequest(name, "b", LONG));
            }));
  }

  private static Session invented(SessionId id) {
    return new Session(
        id, 1, SessionState.RUNNING, details(1), new SessionTiming(LONG_AGO, LONG_AGO, null));
  }

  private static FailingOperation missing(
      String name, Function<UnifiedStorage, Publisher<?>> prepare) {
    return new FailingOperation(name, NotFoundException.class, prepare);
  }

  private static FailingOperation conflict(
      String name, Function<UnifiedStorage, Publisher<?>> prepare) {
    return new FailingOperation(name, ConflictException.class, prepare);
  }

  private static FailingOperation lost(
      String name, Function<UnifiedStorage, Publisher<?>> prepare) {
    return new FailingOperation(name, LockLostException.class, prepare);
  }
}
