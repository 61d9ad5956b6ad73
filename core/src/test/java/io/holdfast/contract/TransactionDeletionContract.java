package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LOCK;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.letterKey;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointCleanup;
import io.holdfast.checkpoint.CheckpointFilter;
import io.holdfast.checkpoint.CheckpointRetention;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.ExecutionFilter;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionRetention;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowFilter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** What a transaction deletes is gone for it, and for others if it commits. */
public interface TransactionDeletionContract extends StorageContract {

  SessionId FINISHED = new SessionId("finished");

  /** What each deletion deletes, and something that stays. */
  private void fill() {
    Await.value(storage().sessions().create(SESSION, details(1)));
    Await.value(
        storage()
            .sessions()
            .create(FINISHED, details(2))
            .flatMap(s -> storage().sessions().update(s.withState(SessionState.FAILED))));
    for (int version = 0; version < 4; version++) {
      Await.value(storage().checkpoints().append(WORKFLOW, version, content(version)));
    }
    Await.value(storage().deadLetters().add(LETTER, json(1), failure(1)));
    Await.value(storage().deadLetters().add(letterKey("job-1", "item-2"), json(2), failure(1)));
    Await.value(storage().deadLetters().add(letterKey("job-2", "item-1"), json(3), failure(1)));
    Await.value(storage().workflows().create(WORKFLOW, definition("first")));
    for (int n = 1; n <= 3; n++) {
      ExecutionId id = new ExecutionId("e-" + n);
      Await.value(storage().workflows().start(WORKFLOW, id, json(n)));
      Await.value(storage().workflows().finish(WORKFLOW, id, ExecutionStatus.COMPLETED, json(n)));
    }
    Await.value(storage().locks().tryAcquire(wish("a", LONG)));
  }

  /** Every deletion there is; in this order each finds something to delete, and all of it goes. */
  private static Map<String, Function<StoreSet, Publisher<?>>> deletions() {
    DeadLetterFilter letters = DeadLetterFilter.all();
    Map<String, Function<StoreSet, Publisher<?>>> all = new LinkedHashMap<>();
    all.put("sessions.delete", tx -> tx.sessions().delete(SESSION));
    all.put("sessions.purge", tx -> tx.sessions().purge(SessionFilter.all()));
    all.put("checkpoints of all", tx -> CheckpointCleanup.keepNewest(tx.checkpoints(), 3));
    all.put(
        "checkpoints.prune", tx -> tx.checkpoints().prune(WORKFLOW, CheckpointRetention.last(2)));
    all.put("checkpoints.delete", tx -> tx.checkpoints().delete(WORKFLOW, 3));
    all.put("checkpoints.delete(set)", tx -> tx.checkpoints().delete(WORKFLOW, Set.of(1L, 4L)));
    all.put("deadLetters.delete", tx -> tx.deadLetters().delete(LETTER));
    all.put("deadLetters.purge", tx -> tx.deadLetters().purge(letters.ofJob(JOB)));
    all.put("deadLetters.purge(age)", tx -> tx.deadLetters().purge(Duration.ZERO));
    all.put(
        "workflows.prune", tx -> tx.workflows().prune(WORKFLOW, ExecutionRetention.last(1), 10));
    all.put("workflows.delete", tx -> tx.workflows().delete(WORKFLOW));
    all.put("locks.forceRelease", tx -> tx.locks().forceRelease(LOCK));
    return all;
  }

  @Test
  default void each_deletion_is_undone_with_its_transaction_and_kept_with_it() {
    fill();
    Snapshot before = Snapshot.of(storage());

    deletions()
        .forEach(
            (what, deletion) -> {
              IllegalStateException mine = new IllegalStateException("mine");
              Await.failure(
                  IllegalStateException.class,
                  storage()
                      .inTransaction(tx -> Flux.from(deletion.apply(tx)).then(Mono.error(mine))));
              assertThat(Snapshot.of(storage())).as("%s, rolled back", what).isEqualTo(before);
            });
    deletions()
        .forEach(
            (what, deletion) -> {
              Snapshot there = Snapshot.of(storage());
              Await.done(storage().inTransaction(tx -> Flux.from(deletion.apply(tx)).then()));
              assertThat(Snapshot.of(storage())).as("%s, kept", what).isNotEqualTo(there);
            });
  }

  @Test
  default void a_transaction_does_not_see_what_it_has_deleted() {
    fill();

    List<Long> left =
        Await.value(
            storage()
                .inTransaction(
                    tx ->
                        Flux.fromIterable(deletions().values())
                            .concatMap(deletion -> Flux.from(deletion.apply(tx)).then(), 0)
                            .thenMany(Flux.fromIterable(counts(tx).values()))
                            .concatMap(count -> count, 0)
                            .collectList()));

    assertThat(left)
        .as("%s", counts(storage()).keySet())
        .hasSize(counts(storage()).size())
        .containsOnly(0L);
    List<Long> outside = Await.all(Flux.concat(counts(storage()).values()));
    assertThat(outside).containsOnly(0L);
  }

  @Test
  default void every_store_is_read_through_the_transaction() {
    fill();

    counts(storage())
        .forEach(
            (what, count) -> {
              long outside = Await.value(count);
              assertThat(outside).as(what).isPositive();
              long inside = Await.value(storage().inTransaction(tx -> counts(tx).get(what)));
              assertThat(inside).as(what).isEqualTo(outside);
            });
  }

  /** Every read of these stores, and how much it finds. */
  private static Map<String, Mono<Long>> counts(StoreSet stores) {
    DeadLetterFilter letters = DeadLetterFilter.all();
    CheckpointRetention one = CheckpointRetention.last(1);
    Map<String, Mono<Long>> all = new LinkedHashMap<>();
    all.put("sessions.find", stores.sessions().find(FINISHED).flux().count());
    all.put("sessions.list", stores.sessions().list(SessionFilter.all()).count());
    all.put(
        "sessions.stats",
        stores.sessions().stats(SessionFilter.all()).map(stats -> stats.sessions()));
    all.put("checkpoints.find", stores.checkpoints().find(WORKFLOW, 2).flux().count());
    all.put("checkpoints.findLatest", stores.checkpoints().findLatest(WORKFLOW).flux().count());
    all.put(
        "checkpoints.findLatestIntact",
        stores.checkpoints().findLatestIntact(WORKFLOW).flux().count());
    all.put("checkpoints.list", stores.checkpoints().list(CheckpointFilter.of(WORKFLOW)).count());
    all.put("checkpoints.listLatest", stores.checkpoints().listLatest(null, 5).count());
    all.put("checkpoints.listNewest", stores.checkpoints().listNewest(null, 5).count());
    all.put(
        "checkpoints.listPrunable", stores.checkpoints().listPrunable(WORKFLOW, one, 5).count());
    all.put("deadLetters.find", stores.deadLetters().find(LETTER).flux().count());
    all.put("deadLetters.list", stores.deadLetters().list(letters).count());
    all.put("deadLetters.listNewest", stores.deadLetters().listNewest(letters, null).count());
    all.put("deadLetters.jobs", stores.deadLetters().jobs(null, 5).count());
    all.put("deadLetters.stats", stores.deadLetters().stats(JOB).map(stats -> stats.total()));
    all.put(
        "deadLetters.patterns",
        stores.deadLetters().patterns(letters).map(patterns -> patterns.total()));
    all.put("workflows.find", stores.workflows().find(WORKFLOW).flux().count());
    all.put("workflows.list", stores.workflows().list(WorkflowFilter.all()).count());
    all.put("workflows.summary", stores.workflows().summary(WORKFLOW).flux().count());
    all.put("workflows.summaries", stores.workflows().summaries(WorkflowFilter.all()).count());
    all.put("workflows.history", stores.workflows().history(ExecutionFilter.of(WORKFLOW)).count());
    all.put(
        "workflows.listPrunable",
        stores.workflows().listPrunable(WORKFLOW, ExecutionRetention.last(1), 5).count());
    all.put(
        "locks.find",
        stores.locks().find(LOCK).map(lock -> (long) lock.holders().size()).defaultIfEmpty(0L));
    all.put("locks.list", stores.locks().list(5).count());
    return all;
  }
}
