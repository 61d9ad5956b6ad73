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
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.failure;
import static io.holdfast.contract.Samples.json;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.SessionId;
import io.holdfast.StoreSet;
import io.holdfast.checkpoint.CheckpointInfo;
import io.holdfast.deadletter.ClaimRequest;
import io.holdfast.deadletter.DeadLetterFilter;
import io.holdfast.deadletter.Outcome;
import io.holdfast.event.EventFilter;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.session.Session;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionState;
import io.holdfast.workflow.ExecutionId;
import io.holdfast.workflow.ExecutionStatus;
import io.holdfast.workflow.WorkflowFilter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** What a transaction sees of itself, and what others see of it. */
public interface TransactionVisibilityContract extends StorageContract {

  private <T> T inTransaction(Function<StoreSet, Mono<T>> work) {
    return Await.value(storage().inTransaction(work));
  }

  @Test
  default void a_transaction_reads_its_own_sessions() {
    List<Session> seen =
        inTransaction(
            tx ->
                tx.sessions()
                    .create(SESSION, details(1))
                    .flatMap(created -> tx.sessions().get(SESSION))
                    .flatMap(found -> tx.sessions().update(found.withState(SessionState.RUNNING)))
                    .thenMany(
                        Flux.concat(
                            tx.sessions().find(SESSION), tx.sessions().list(SessionFilter.all())))
                    .collectList());

    assertThat(seen).hasSize(2);
    assertThat(seen).extracting(Session::version).containsOnly(2L);
    boolean stillThere =
        inTransaction(
            tx -> tx.sessions().delete(SESSION).then(tx.sessions().find(SESSION).hasElement()));
    assertThat(stillThere).as("it sees its own deletion").isFalse();
  }

  @Test
  default void a_transaction_finds_and_counts_its_own_sessions() {
    Await.value(storage().sessions().create(new SessionId("before"), details(2)));
    SessionFilter wanted = SessionFilter.all().containing(json(1));
    long found =
        inTransaction(
            tx ->
                tx.sessions()
                    .create(SESSION, details(1))
                    .then(tx.sessions().stats(wanted))
                    .zipWith(tx.sessions().list(wanted).count())
                    .map(both -> both.getT1().sessions() + both.getT2()));

    assertThat(found).as("once each").isEqualTo(2);
    assertThat(Await.value(storage().sessions().stats(SessionFilter.all())).sessions())
        .isEqualTo(2);
  }

  @Test
  default void a_transaction_reads_its_own_checkpoints() {
    List<Long> versions =
        inTransaction(
            tx ->
                tx.checkpoints()
                    .append(WORKFLOW, 0, content(1))
                    .then(tx.checkpoints().findLatest(WORKFLOW))
                    .flatMap(
                        latest -> tx.checkpoints().append(WORKFLOW, latest.version(), content(2)))
                    .thenMany(tx.checkpoints().list(WORKFLOW, 10))
                    .map(CheckpointInfo::version)
                    .collectList());

    assertThat(versions).containsExactly(2L, 1L);
  }

  @Test
  default void a_transaction_reads_its_own_dead_letters() {
    long left =
        inTransaction(
            tx ->
                tx.deadLetters()
                    .add(LETTER, json(1), failure(1))
                    .then(tx.deadLetters().get(LETTER))
                    .thenMany(tx.deadLetters().claim(ClaimRequest.of("a", LONG, 10)))
                    .concatMap(
                        claimed ->
                            tx.deadLetters()
                                .settle(claimed.claim(), new Outcome.GiveUp(failure(2))))
                    .thenMany(tx.deadLetters().list(DeadLetterFilter.all().withEligible(false)))
                    .count());

    assertThat(left).as("added, claimed, given up and listed").isEqualTo(1);
    assertThat(Await.value(storage().deadLetters().get(LETTER)).failures()).hasSize(2);
  }

  @Test
  default void a_transaction_reads_its_own_workflows_and_executions() {
    ExecutionId id = new ExecutionId("e-1");
    List<ExecutionStatus> statuses =
        inTransaction(
            tx ->
                tx.workflows()
                    .create(WORKFLOW, definition("first"))
                    .flatMap(
                        created -> tx.workflows().update(created.withDetails(definition("second"))))
                    .then(tx.workflows().list(WorkflowFilter.all().withNamePart("second")).next())
                    .flatMap(found -> tx.workflows().start(found.id(), id, json(1)))
                    .then(tx.workflows().finish(WORKFLOW, id, ExecutionStatus.FAILED, json(2)))
                    .thenMany(tx.workflows().history(WORKFLOW, 10))
                    .map(execution -> execution.status())
                    .collectList());

    assertThat(statuses).containsExactly(ExecutionStatus.FAILED);
  }

  @Test
  default void a_transaction_reads_its_own_locks() {
    Optional<String> owner =
        inTransaction(
            tx ->
                tx.locks()
                    .tryAcquire(wish("a", LONG))
                    .flatMap(lease -> tx.locks().renew(lease))
                    .flatMap(lease -> tx.locks().release(lease))
                    .then(tx.locks().tryAcquire(wish("b", LONG)))
                    .then(tx.locks().find(LOCK))
                    .map(lock -> Optional.ofNullable(lock.owner())));

    assertThat(owner).contains("b");
    assertThat(Await.value(storage().locks().find(LOCK)).owner()).isEqualTo("b");
  }

  @Test
  default void what_is_rolled_back_is_never_seen_by_others() {
    Sinks.One<String> written = Sinks.one();
    Sinks.One<String> gate = Sinks.one();
    Mono<Optional<Throwable>> failing =
        storage()
            .inTransaction(
                tx ->
                    tx.sessions()
                        .create(SESSION, details(1))
                        .doOnNext(session -> written.tryEmitValue("written"))
                        .then(gate.asMono())
                        .flatMap(go -> Mono.<String>error(new IllegalStateException(go))))
            .map(impossible -> Optional.<Throwable>empty())
            .onErrorResume(failure -> Mono.just(Optional.of(failure)));
    Mono<Long> dirtyReads =
        written
            .asMono()
            .thenMany(Flux.range(0, 40))
            .flatMap(i -> storage().sessions().find(SESSION), 40)
            .count();
    Mono<String> opened =
        written.asMono().delayElement(Duration.ofMillis(200)).doOnNext(gate::tryEmitValue);

    var ends = Await.value(Mono.zip(failing, dirtyReads, opened).timeout(Await.LIMIT));

    assertThat(ends.getT1()).isPresent();
    assertThat(ends.getT2()).as("reads that saw what never happened").isZero();
    Await.value(storage().sessions().create(SESSION, details(2)));
  }

  @Test
  default void subscribers_see_a_transactions_events_together_and_only_once_it_commits() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(1)));
    Flux<RecordedEvent> followed =
        storage().events().subscribe(EventFilter.all(), StartFrom.beginning());
    Mono<String> rolledBack =
        storage()
            .inTransaction(
                tx ->
                    tx.events()
                        .append(JOB, ExpectedVersion.any(), events(5))
                        .then(Mono.error(new IllegalStateException("no"))));
    Mono<String> committed =
        storage()
            .inTransaction(
                tx ->
                    tx.events()
                        .append(JOB, ExpectedVersion.exactly(1), events(2))
                        .then(tx.sessions().create(SESSION, details(1)))
                        .thenReturn("yes"));

    StepVerifier.create(followed.map(RecordedEvent::version))
        .expectNext(1L)
        .then(() -> Await.failure(IllegalStateException.class, rolledBack))
        .expectNoEvent(Samples.QUIET)
        .then(() -> Await.value(committed))
        .expectNext(2L, 3L)
        .then(() -> assertThat(Await.maybe(storage().sessions().find(SESSION))).isPresent())
        .thenCancel()
        .verify();
  }
}
