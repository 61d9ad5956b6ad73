package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.SessionId;
import io.holdfast.TransactionOptions;
import io.holdfast.checkpoint.CheckpointCleanup;
import io.holdfast.checkpoint.CheckpointContent;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.deadletter.Claim;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Failure;
import io.holdfast.deadletter.LetterHandler;
import io.holdfast.deadletter.Outcome;
import io.holdfast.deadletter.ReprocessOptions;
import io.holdfast.deadletter.Settlement;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import io.holdfast.lock.LockRequest;
import io.holdfast.session.Session;
import io.holdfast.session.SessionDetails;
import io.holdfast.session.SessionFilter;
import io.holdfast.transfer.MigrationChunk;
import io.holdfast.transfer.MigrationLedger;
import io.holdfast.transfer.MigrationRun;
import io.holdfast.transfer.MigrationState;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowDetails;
import io.holdfast.workflow.WorkflowExecution;
import io.holdfast.workflow.WorkflowFilter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Null is a programmer's error: it is thrown at the call, by every operation. */
public interface NullInputContract extends StorageContract {

  private static void requireThrown(Map<String, ThrowingCallable> calls) {
    assertSoftly(
        softly ->
            calls.forEach(
                (what, call) ->
                    softly
                        .assertThatThrownBy(call, what)
                        .isInstanceOf(NullPointerException.class)));
  }

  @Test
  default void values_take_no_null() {
    Map<String, ThrowingCallable> builds = new LinkedHashMap<>();
    builds.put("job id", () -> new JobId(null));
    builds.put("position", () -> new Position(null));
    builds.put("JSON text", () -> Json.of((String) null));
    builds.put("JSON bytes", () -> Json.ofUtf8(null));
    builds.put("JSON value", () -> Json.from(null));
    builds.put("event type", () -> Event.of(null, json(1)));
    builds.put("event data", () -> Event.of("e", null));
    builds.put("batch id", () -> new EventBatch(null, List.of()));
    builds.put("batch parts", () -> new EventBatch(BatchId.unique(), null));
    builds.put("jobs of a filter", () -> EventFilter.all().withJobs(null));
    builds.put("filter of a query", () -> EventQuery.forward(null));
    builds.put("start", () -> StartFrom.after(null));
    builds.put("session type", () -> SessionDetails.of(null, "r", json(1)));
    builds.put("session data", () -> details(1).withData(null));
    builds.put("session progress", () -> details(1).withProgress(null));
    builds.put("span of sessions", () -> SessionFilter.all().createdWithin(null));
    builds.put("text of sessions", () -> SessionFilter.all().withText(null));
    builds.put("finish of sessions", () -> SessionFilter.all().finishedWithin(null));
    builds.put("span of checkpoints", () -> CheckpointFilter.of(WORKFLOW).savedWithin(null));
    builds.put("types of letters", () -> DeadLetterFilter.all().withErrorTypes(null));
    builds.put("type of letters", () -> DeadLetterFilter.all().withErrorType(null));
    builds.put("signature of letters", () -> DeadLetterFilter.all().withSignature(null));
    builds.put("part of a signature", () -> DeadLetterFilter.all().withSignaturePart(null));
    builds.put("span of letters", () -> DeadLetterFilter.all().createdWithin(null));
    builds.put("keys of letters", () -> DeadLetterFilter.all().withKeys(null));
    builds.put("claims of", () -> ClaimRequest.of("a", LONG, 1).matching(null));
    builds.put("settlement", () -> Settlement.done(null));
    builds.put("checkpoint", () -> CheckpointContent.of(null));
    builds.put("failure time", () -> new Failure(1, null, "E", "", json(1)));
    builds.put("failure message", () -> new Failure(1, LONG_AGO, "E", null, json(1)));
    builds.put("outcome", () -> new Outcome.GiveUp(null));
    builds.put("claimed by", () -> ClaimRequest.of(null, LONG, 1));
    builds.put("claimed for", () -> ClaimRequest.of("a", null, 1));
    builds.put("locked by", () -> Samples.wish(null, LONG));
    builds.put("locked for", () -> Samples.wish("a", null));
    builds.put("tags", () -> new WorkflowDetails("n", null, null, null, json(1)));
    builds.put(
        "execution status",
        () -> new WorkflowExecution(WORKFLOW, new ExecutionId("e"), null, LONG_AGO, null, json(1)));
    requireThrown(builds);
    Await.value(storage().sessions().create(SESSION, details(1)));
  }

  @Test
  default void events_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var log = storage().events();
    calls.put("append(batch)", () -> log.append((EventBatch) null));
    calls.put("append(job)", () -> log.append(null, ExpectedVersion.any(), events(1)));
    calls.put("append(expected)", () -> log.append(JOB, null, events(1)));
    calls.put("append(events)", () -> log.append(JOB, ExpectedVersion.any(), null));
    calls.put("read", () -> log.read(null));
    calls.put("stats", () -> log.stats(null));
    calls.put("count", () -> log.count(null));
    calls.put("appendAll", () -> log.appendAll(null));
    calls.put("subscribe(filter)", () -> log.subscribe(null, StartFrom.now()));
    calls.put("subscribe(from)", () -> log.subscribe(EventFilter.all(), null));
    requireThrown(calls);
    Await.value(log.append(JOB, ExpectedVersion.any(), events(1)));
  }

  @Test
  default void sessions_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var sessions = storage().sessions();
    calls.put("create(id)", () -> sessions.create(null, details(1)));
    calls.put("create(details)", () -> sessions.create(SESSION, null));
    calls.put("find", () -> sessions.find(null));
    calls.put("get", () -> sessions.get(null));
    calls.put("list", () -> sessions.list(null));
    calls.put("stats(filter)", () -> sessions.stats((SessionFilter) null));
    calls.put("stats(id)", () -> sessions.stats((SessionId) null));
    calls.put("watch(filter)", () -> sessions.watch((SessionFilter) null));
    calls.put("watch(id)", () -> sessions.watch((SessionId) null));
    calls.put("update", () -> sessions.update(null));
    calls.put("delete", () -> sessions.delete(null));
    calls.put("purge", () -> sessions.purge(null));
    requireThrown(calls);
    Await.value(sessions.create(SESSION, details(1)));
  }

  @Test
  default void checkpoints_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var checkpoints = storage().checkpoints();
    calls.put("append(workflow)", () -> checkpoints.append(null, 0, content(1)));
    calls.put("append(content)", () -> checkpoints.append(WORKFLOW, 0, null));
    calls.put("findLatest", () -> checkpoints.findLatest(null));
    calls.put("find", () -> checkpoints.find(null, 1));
    calls.put("list", () -> checkpoints.list(null, 1));
    calls.put("list(filter)", () -> checkpoints.list(null));
    calls.put("delete", () -> checkpoints.delete(null, 1));
    calls.put("delete(set) of", () -> checkpoints.delete(null, Set.of(1L)));
    calls.put("delete(set)", () -> checkpoints.delete(WORKFLOW, null));
    calls.put("cleanup", () -> CheckpointCleanup.prune(checkpoints, null));
    calls.put("cleanup of", () -> CheckpointCleanup.keepNewest(null, 1));
    CheckpointRetention last = CheckpointRetention.last(1);
    calls.put("prune(workflow)", () -> checkpoints.prune(null, last));
    calls.put("prune(retention)", () -> checkpoints.prune(WORKFLOW, null));
    calls.put("findLatestIntact", () -> checkpoints.findLatestIntact(null));
    calls.put("listPrunable(workflow)", () -> checkpoints.listPrunable(null, last, 1));
    calls.put("listPrunable(retention)", () -> checkpoints.listPrunable(WORKFLOW, null, 1));
    requireThrown(calls);
    Await.value(checkpoints.append(WORKFLOW, 0, content(1)));
  }

  @Test
  default void dead_letters_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var letters = storage().deadLetters();
    Claim claim = new Claim(LETTER, 1, "a", LONG_AGO);
    calls.put("add(key)", () -> letters.add(null, json(1), failure(1)));
    calls.put("add(data)", () -> letters.add(LETTER, null, failure(1)));
    calls.put("add(failure)", () -> letters.add(LETTER, json(1), null));
    calls.put("find", () -> letters.find(null));
    calls.put("get", () -> letters.get(null));
    calls.put("list", () -> letters.list(null));
    calls.put("listNewest", () -> letters.listNewest(null, null));
    calls.put("claim", () -> letters.claim(null));
    calls.put("settle(claim)", () -> letters.settle(null, new Outcome.Done()));
    calls.put("settle(outcome)", () -> letters.settle(claim, null));
    calls.put("delete", () -> letters.delete(null));
    calls.put("settle(batch)", () -> letters.settle((List<Settlement>) null));
    calls.put("renew(claims)", () -> letters.renew(null, LONG));
    calls.put("renew(duration)", () -> letters.renew(List.of(claim), null));
    calls.put("redrive", () -> letters.redrive(null));
    calls.put("patterns", () -> letters.patterns(null));
    calls.put("purge", () -> letters.purge((Duration) null));
    calls.put("purge(filter)", () -> letters.purge((DeadLetterFilter) null));
    calls.put("stats", () -> letters.stats(null));
    DeadLetterFilter any = DeadLetterFilter.all();
    ReprocessOptions options = ReprocessOptions.defaults();
    LetterHandler idle = LetterHandler.plain(item -> Mono.empty());
    calls.put("reprocess(filter)", () -> storage().reprocess(null, options, idle));
    calls.put("reprocess(options)", () -> storage().reprocess(any, null, idle));
    calls.put("reprocess(handler)", () -> storage().reprocess(any, options, null));
    requireThrown(calls);
    Await.value(letters.add(LETTER, json(1), failure(1)));
  }

  @Test
  default void workflows_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var workflows = storage().workflows();
    ExecutionId id = new ExecutionId("e");
    ExecutionStatus done = ExecutionStatus.COMPLETED;
    calls.put("create(id)", () -> workflows.create(null, definition("n")));
    calls.put("create(details)", () -> workflows.create(WORKFLOW, null));
    calls.put("find", () -> workflows.find(null));
    calls.put("get", () -> workflows.get(null));
    calls.put("list", () -> workflows.list(null));
    calls.put("update", () -> workflows.update(null));
    calls.put("delete", () -> workflows.delete(null));
    calls.put("start(workflow)", () -> workflows.start(null, id, json(1)));
    calls.put("start(id)", () -> workflows.start(WORKFLOW, null, json(1)));
    calls.put("start(details)", () -> workflows.start(WORKFLOW, id, null));
    calls.put("finish(workflow)", () -> workflows.finish(null, id, done, json(1)));
    calls.put("finish(id)", () -> workflows.finish(WORKFLOW, null, done, json(1)));
    calls.put("finish(status)", () -> workflows.finish(WORKFLOW, id, null, json(1)));
    calls.put("finish(details)", () -> workflows.finish(WORKFLOW, id, done, null));
    calls.put("history", () -> workflows.history(null, 1));
    calls.put("history(filter)", () -> workflows.history(null));
    ExecutionRetention one = ExecutionRetention.last(1);
    calls.put("listPrunable(workflow)", () -> workflows.listPrunable(null, one, 1));
    calls.put("listPrunable(retention)", () -> workflows.listPrunable(WORKFLOW, null, 1));
    calls.put("prune(workflow)", () -> workflows.prune(null, one, 1));
    calls.put("prune(retention)", () -> workflows.prune(WORKFLOW, null, 1));
    calls.put("started before", () -> one.startedBefore(null));
    calls.put("summary", () -> workflows.summary(null));
    calls.put("summaries", () -> workflows.summaries(null));
    calls.put("created", () -> WorkflowFilter.all().createdWithin(null));
    calls.put("started", () -> ExecutionFilter.of(WORKFLOW).startedWithin(null));
    requireThrown(calls);
    Await.value(workflows.create(WORKFLOW, definition("n")));
  }

  @Test
  default void locks_and_the_storage_take_no_null() {
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    var storage = storage();
    Lease lease = new Lease(LOCK, "a", 1, LONG, LONG_AGO);
    calls.put("tryAcquire", () -> storage.locks().tryAcquire(null));
    LockRequest wish = Samples.wish("a", LONG);
    calls.put("acquire", () -> storage.locks().acquire(null, LONG));
    calls.put("acquire(patience)", () -> storage.locks().acquire(wish, null));
    calls.put("withLock", () -> storage.locks().withLock(null, LONG, Mono::just));
    calls.put("withLock(work)", () -> storage.locks().withLock(wish, LONG, null));
    calls.put("elect", () -> storage.locks().elect(null));
    calls.put("enter", () -> storage.locks().enter(null));
    calls.put("extend", () -> storage.locks().extend(null, LONG));
    calls.put("extend(duration)", () -> storage.locks().extend(lease, null));
    calls.put("metadata", () -> wish.withMetadata(null));
    calls.put("renew", () -> storage.locks().renew(null));
    calls.put("release", () -> storage.locks().release(null));
    calls.put("forceRelease", () -> storage.locks().forceRelease(null));
    calls.put("find", () -> storage.locks().find(null));
    calls.put("inTransaction", () -> storage.inTransaction(null));
    calls.put(
        "inTransaction(lease)", () -> storage.inTransaction((Lease) null, tx -> Mono.empty()));
    calls.put(
        "inTransaction(options)",
        () -> storage.inTransaction((TransactionOptions) null, tx -> Mono.empty()));
    calls.put(
        "inTransaction(options, work)",
        () -> storage.inTransaction(TransactionOptions.DEFAULT, null));
    calls.put("isolation", () -> TransactionOptions.DEFAULT.withIsolation(null));
    calls.put("timeout", () -> TransactionOptions.DEFAULT.withTimeout(null));
    calls.put("inTransaction(work)", () -> storage.inTransaction(lease, null));
    calls.put("transfer", () -> storage.transfer(null));
    calls.put("load", () -> storage.transfer(Session.KIND).load(null));
    calls.putAll(ofMigration(storage.migrations()));
    calls.put("moveTo", () -> storage.relocation().moveTo(null));
    requireThrown(calls);
    Await.value(storage.locks().tryAcquire(Samples.wish("a", LONG)));
  }

  private static Map<String, ThrowingCallable> ofMigration(MigrationLedger ledger) {
    MigrationRun run = Await.value(ledger.take(MigrationOperations.TURN));
    MigrationChunk chunk = new MigrationChunk("sessions", 0, 1, "a", "a", "0".repeat(64));
    Map<String, ThrowingCallable> calls = new LinkedHashMap<>();
    calls.put("take", () -> ledger.take(null));
    calls.put("load(run)", () -> ledger.load(null, Session.KIND, List.of(), chunk));
    calls.put("load(kind)", () -> ledger.load(run, null, List.of(), chunk));
    calls.put("load(records)", () -> ledger.load(run, Session.KIND, null, chunk));
    calls.put("load(chunk)", () -> ledger.load(run, Session.KIND, List.of(), null));
    calls.put("keep", () -> ledger.keep(null));
    calls.put("settle", () -> ledger.settle(null));
    calls.put("complete(run)", () -> ledger.complete(null, "sessions", 0));
    calls.put("complete(kind)", () -> ledger.complete(run, null, 0));
    calls.put("leave(run)", () -> ledger.leave(null, MigrationState.COPIED, List.of()));
    calls.put("leave(state)", () -> ledger.leave(run, null, List.of()));
    calls.put("leave(sums)", () -> ledger.leave(run, MigrationState.COPIED, null));
    return calls;
  }
}
