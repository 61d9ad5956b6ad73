package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LETTER;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.WORKFLOW;
import static io.holdfast.contract.Samples.content;
import static io.holdfast.contract.Samples.definition;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.RecordKind;
import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.session.Session;
import io.holdfast.subscription.SubscriptionName;
import io.holdfast.workflow.ExecutionId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** All writes of a transaction are kept, or none is, over every store. */
public interface TransactionAtomicityContract extends StorageContract {

  /** Writes to every store. */
  private static Mono<String> writeEverywhere(StoreSet tx) {
    return tx.sessions()
        .create(SESSION, details(1))
        .then(tx.checkpoints().append(WORKFLOW, 0, content(1)))
        .then(tx.deadLetters().add(LETTER, json(1), failure(1)))
        .then(tx.workflows().create(WORKFLOW, definition("first")))
        .then(tx.workflows().start(WORKFLOW, new ExecutionId("e-1"), json(1)))
        .then(tx.locks().tryAcquire(wish("a", LONG)))
        .then(
            tx.subscriptions()
                .create(SubscriptionOperations.definition(new SubscriptionName("billing"))))
        .then(tx.subscriptions().hold(new SubscriptionName("billing"), JOB))
        .then(tx.events().append(JOB, ExpectedVersion.none(), events(3)))
        .thenReturn("written");
  }

  private void requireRecordsOfEachKind(long expected) {
    assertThat(storage().kinds()).isNotEmpty();
    for (RecordKind<?> kind : storage().kinds()) {
      long records = kind.name().equals("events") && expected == 1 ? 3 : expected;
      assertThat(Await.value(storage().transfer(kind).count())).as(kind.name()).isEqualTo(records);
    }
  }

  @Test
  default void commits_writes_to_all_stores_together() {
    assertThat(Await.value(storage().inTransaction(TransactionAtomicityContract::writeEverywhere)))
        .as("what the work emits")
        .isEqualTo("written");

    requireRecordsOfEachKind(1);
    reopen();
    requireRecordsOfEachKind(1);
  }

  @Test
  default void a_failure_rolls_all_stores_back_and_arrives_as_it_is() {
    IllegalStateException mine = new IllegalStateException("mine");
    Mono<String> failing =
        storage().inTransaction(tx -> writeEverywhere(tx).then(Mono.error(mine)));

    assertThat(Await.failure(IllegalStateException.class, failing)).hasMessage("mine");

    requireRecordsOfEachKind(0);
    Await.value(storage().inTransaction(TransactionAtomicityContract::writeEverywhere));
    requireRecordsOfEachKind(1);
  }

  @Test
  default void a_failure_thrown_by_the_work_rolls_back_as_well() {
    Mono<String> throwing =
        storage()
            .inTransaction(
                tx ->
                    writeEverywhere(tx)
                        .map(
                            written -> {
                              throw new IllegalStateException("thrown later");
                            }));
    Mono<String> throwingAtOnce =
        storage()
            .inTransaction(
                tx -> {
                  throw new IllegalStateException("thrown at once");
                });

    assertThat(Await.failure(IllegalStateException.class, throwing)).hasMessage("thrown later");
    assertThat(Await.failure(IllegalStateException.class, throwingAtOnce))
        .hasMessage("thrown at once");
    requireRecordsOfEachKind(0);
  }

  @Test
  default void a_failed_operation_rolls_back_what_came_before() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(1)));

    Await.failure(
        ConflictException.class,
        storage().inTransaction(TransactionAtomicityContract::writeEverywhere));
    Await.failure(
        NotFoundException.class,
        storage()
            .inTransaction(
                tx ->
                    tx.sessions()
                        .create(SESSION, details(1))
                        .then(tx.sessions().get(new SessionId("unknown")))));

    assertThat(Await.maybe(storage().sessions().find(SESSION))).isEmpty();
    assertThat(Await.maybe(storage().locks().find(Samples.LOCK))).isEmpty();
    assertThat(Await.all(storage().events().read(EventQuery.job(JOB)))).hasSize(1);
  }

  private static <T> Mono<T> refused(Mono<T> operation) {
    return operation
        .<T>flatMap(done -> Mono.error(new AssertionError(done + " was not refused")))
        .onErrorResume(ConflictException.class, refusal -> Mono.empty())
        .onErrorResume(NotFoundException.class, refusal -> Mono.empty());
  }

  @Test
  default void work_may_go_on_after_a_refusal_which_has_written_nothing() {
    Await.value(storage().inTransaction(TransactionAtomicityContract::writeEverywhere));
    SessionId another = new SessionId("another");

    Await.value(
        storage()
            .inTransaction(
                tx ->
                    refused(tx.events().append(JOB, ExpectedVersion.none(), events(1)))
                        .then(refused(tx.sessions().create(SESSION, details(2))))
                        .then(refused(tx.sessions().get(new SessionId("unknown"))))
                        .then(refused(tx.checkpoints().append(WORKFLOW, 0, content(2))))
                        .then(refused(tx.workflows().create(WORKFLOW, definition("second"))))
                        .then(
                            refused(
                                tx.workflows().start(WORKFLOW, new ExecutionId("e-1"), json(2))))
                        .then(tx.sessions().create(another, details(1)))));

    assertThat(Await.maybe(storage().sessions().find(another))).isPresent();
    Await.done(storage().sessions().delete(another));
    requireRecordsOfEachKind(1);
  }

  @Test
  default void cancelling_rolls_all_stores_back() {
    Sinks.One<String> reached = Sinks.one();
    Disposable hanging =
        storage()
            .inTransaction(
                tx ->
                    writeEverywhere(tx)
                        .doOnNext(written -> reached.tryEmitValue(written).orThrow())
                        .then(Mono.never()))
            .subscribe(never -> {}, reached::tryEmitError, reached::tryEmitEmpty);
    Await.value(reached.asMono());

    hanging.dispose();

    assertThat(Await.maybe(storage().sessions().find(SESSION))).as("nothing is left").isEmpty();
    Await.value(storage().inTransaction(TransactionAtomicityContract::writeEverywhere));
    requireRecordsOfEachKind(1);
  }

  @Test
  default void work_without_a_value_commits_and_emits_nothing() {
    Mono<Void> work =
        storage().inTransaction(tx -> tx.sessions().create(SESSION, details(1)).then());

    assertThat(Await.maybe(work)).isEmpty();
    assertThat(Await.maybe(storage().sessions().find(SESSION))).as("committed").isPresent();
  }

  @Test
  default void work_that_only_reads_is_fine() {
    Session session = Await.value(storage().sessions().create(SESSION, details(1)));

    Session read = Await.value(storage().inTransaction(tx -> tx.sessions().get(SESSION)));
    assertThat(read).isEqualTo(session);
  }

  @Test
  default void the_stores_of_a_transaction_are_dead_once_it_ends() {
    AtomicReference<StoreSet> leaked = new AtomicReference<>();
    Await.value(
        storage()
            .inTransaction(
                tx -> {
                  leaked.set(tx);
                  return tx.sessions().create(SESSION, details(1));
                }));

    SessionId late = new SessionId("late");
    Await.failure(
        RuntimeException.class, Mono.defer(() -> leaked.get().sessions().create(late, details(2))));
    assertThat(Await.maybe(storage().sessions().find(late))).isEmpty();
    assertThat(Await.maybe(storage().sessions().find(SESSION))).isPresent();
  }

  /** The rollback overtakes no statement: not the one that is in flight, and not the next one. */
  @Test
  default void a_transaction_that_is_cancelled_anywhere_leaves_nothing() {
    for (int round = 0; round < 200; round++) {
      Mono<Boolean> endless =
          storage()
              .inTransaction(
                  tx ->
                      Flux.range(1, 50)
                          .concatMap(
                              n ->
                                  tx.events().append(JOB, ExpectedVersion.any(), List.of(event(n))))
                          .then(Mono.never()));
      Await.done(endless.timeout(Duration.ofNanos(150_000L * (round % 50)), Mono.empty()));
    }
    AppendResult first =
        Await.value(storage().events().append(JOB, ExpectedVersion.any(), List.of(event(1))));

    assertThat(first.last().version()).isEqualTo(1);
    assertThat(Await.value(storage().events().stats(JOB)).total()).isEqualTo(1);
  }
}
