package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG;
import static io.holdfast.contract.Samples.SESSION;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.details;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static io.holdfast.contract.Samples.wish;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.Health;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.contract.TransferSamples.Batch;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import io.holdfast.lock.Lease;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Opening, closing, and what lies between. */
public interface LifecycleContract extends StorageContract {

  private static <R> void load(UnifiedStorage storage, Batch<R> batch) {
    Await.value(storage.transfer(batch.kind()).load(batch.records()));
  }

  @Test
  default void an_open_storage_is_healthy_and_says_something_about_itself() {
    Health health = Await.value(storage().health());

    assertThat(health.healthy()).isTrue();
    assertThat(health.problems()).isEmpty();
    assertThat(health.latency()).isBetween(Duration.ZERO, Await.LIMIT);
    assertThat(health.facts()).isNotEmpty();
  }

  @Test
  default void health_never_fails_not_even_after_close() {
    assertThat(Await.value(storage().health()).healthy()).isTrue();

    Await.done(storage().close());

    Health closed = Await.value(storage().health());
    assertThat(closed.healthy()).isFalse();
    assertThat(closed.problems()).as("says why").isNotEmpty();
  }

  @Test
  default void closing_again_is_harmless() {
    Await.value(storage().sessions().create(SESSION, details(1)));

    Await.done(storage().close());
    Await.done(storage().close());
    Race.run(16, i -> storage().close().thenReturn(i))
        .forEach(finish -> assertThat(finish.failure()).isNull());

    Await.failure(UnavailableException.class, storage().sessions().find(SESSION));
  }

  @Test
  default void closing_waits_for_its_subscriber() {
    Mono<Void> close = storage().close();

    Await.value(storage().sessions().create(SESSION, details(1)));
    Await.done(close);
    Await.failure(UnavailableException.class, storage().sessions().find(SESSION));
  }

  @Test
  default void every_operation_after_close_fails_with_unavailable() {
    Map<Operation, Supplier<Publisher<?>>> prepared = new LinkedHashMap<>();
    Operation.all().stream()
        .filter(operation -> !operation.name().equals("health"))
        .forEach(operation -> prepared.put(operation, operation.prepare().apply(storage())));
    Await.done(storage().close());

    assertSoftly(
        softly ->
            prepared.forEach(
                (operation, assembly) ->
                    softly
                        .assertThatCode(
                            () -> Await.failure(UnavailableException.class, assembly.get()))
                        .as("%s", operation)
                        .doesNotThrowAnyException()));
  }

  @Test
  default void close_ends_live_subscriptions_with_unavailable() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    Flux<RecordedEvent> live =
        storage().events().subscribe(EventFilter.all(), StartFrom.beginning());

    StepVerifier.create(live)
        .expectNextCount(3)
        .then(() -> Await.done(storage().close()))
        .verifyError(UnavailableException.class);
  }

  @Test
  default void close_ends_subscriptions_that_ask_for_nothing() {
    Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    Flux<RecordedEvent> live =
        storage().events().subscribe(EventFilter.all(), StartFrom.beginning());

    StepVerifier.create(live, 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> Await.done(storage().close()))
        .verifyError(UnavailableException.class);
  }

  @Test
  default void close_leaves_nobody_waiting() {
    Flux<Race.Finish<AppendResult>> busy =
        Flux.range(0, 500)
            .flatMap(
                i ->
                    storage()
                        .events()
                        .append(job(i % 20), ExpectedVersion.any(), List.of(event(i)))
                        .map(result -> new Race.Finish<>(i, result, null))
                        .onErrorResume(failure -> Mono.just(new Race.Finish<>(i, null, failure))),
                64);
    Mono<Void> close = Mono.delay(Duration.ofMillis(20)).then(storage().close());

    List<Race.Finish<AppendResult>> ends =
        Await.value(busy.collectList().zipWith(close.thenReturn(true))).getT1();

    assertThat(ends).as("each caller hears something").hasSize(500);
    assertThat(ends)
        .filteredOn(Race.Finish::lost)
        .allSatisfy(lost -> assertThat(lost.failure()).isInstanceOf(UnavailableException.class));
    long acknowledged = ends.stream().filter(Race.Finish::won).count();
    reopen();
    assertThat(Await.value(storage().events().count(EventFilter.all())))
        .as("what was acknowledged is there")
        .isGreaterThanOrEqualTo(acknowledged);
  }

  @Test
  default void everything_survives_reopening() {
    TransferSamples.batches().forEach(batch -> load(storage(), batch));
    Operation.all().forEach(operation -> Await.done(operation.prepare().apply(storage()).get()));
    Snapshot before = Snapshot.of(storage());
    assertThat(before.records().values()).allSatisfy(records -> assertThat(records).isNotEmpty());

    UnifiedStorage opened = reopen();

    assertThat(opened).as("storage() is the new one").isSameAs(storage());
    assertThat(Snapshot.of(storage())).isEqualTo(before);
  }

  @Test
  default void versions_and_positions_go_on_after_reopening() {
    AppendResult first =
        Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    reopen();
    AppendResult second =
        Await.value(storage().events().append(JOB, ExpectedVersion.exactly(3), events(2)));

    assertThat(second.last().version()).isEqualTo(5);
    assertThat(Histories.isBehind(second.events().get(0).position(), first.last().position()))
        .isTrue();
    Histories.requireWhole(
        Await.all(storage().events().read(EventQuery.forward(EventFilter.all()))));
  }

  @Test
  default void a_batch_is_remembered_across_reopening() {
    EventBatch batch = batch(any(job(1), event(1), event(2)), any(job(2), event(3)));
    AppendResult first = Await.value(storage().events().append(batch));
    reopen();

    AppendResult again = Await.value(storage().events().append(batch));
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
  }

  @Test
  default void a_subscription_goes_on_after_reopening() {
    AppendResult first =
        Await.value(storage().events().append(JOB, ExpectedVersion.none(), events(3)));
    reopen();
    StartFrom seen = StartFrom.after(first.events().get(1).position());

    StepVerifier.create(storage().events().subscribe(EventFilter.all(), seen))
        .assertNext(event -> assertThat(event.version()).isEqualTo(3))
        .then(
            () ->
                Await.value(storage().events().append(JOB, ExpectedVersion.exactly(3), events(1))))
        .assertNext(event -> assertThat(event.version()).isEqualTo(4))
        .thenCancel()
        .verify();
  }

  @Test
  default void a_lease_outlives_the_storage_that_gave_it() {
    Lease lease = Await.value(storage().locks().tryAcquire(wish("a", LONG)));
    reopen();

    assertThat(Await.value(storage().locks().renew(lease)).token()).isEqualTo(lease.token());
    assertThat(
            Await.value(
                    storage().inTransaction(lease, tx -> tx.sessions().create(SESSION, details(1))))
                .version())
        .isEqualTo(1);
  }
}
