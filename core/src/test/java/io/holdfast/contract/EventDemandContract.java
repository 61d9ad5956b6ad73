package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.event.AppendResult;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Subscriptions emit what is asked for, and nobody waits for them. */
public interface EventDemandContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> everything() {
    return Await.all(log().read(EventQuery.forward(EventFilter.all()).limit(100_000)));
  }

  private Flux<RecordedEvent> all() {
    return log().subscribe(EventFilter.all(), StartFrom.beginning());
  }

  private Flux<AppendResult> appenders(int appends) {
    return Flux.range(0, appends)
        .flatMap(i -> log().append(job(i % 10), ExpectedVersion.any(), events(1 + i % 3)), 16);
  }

  private AppendResult append(int n) {
    return Await.value(log().append(JOB, ExpectedVersion.any(), List.of(event(n))));
  }

  @Test
  default void many_subscribers_at_once_get_everything() {
    Mono<List<RecordedEvent>> one = all().take(199).collectList();
    List<List<RecordedEvent>> seen =
        Await.value(
                Flux.range(0, 50)
                    .flatMap(i -> one, 50)
                    .collectList()
                    .zipWith(appenders(100).collectList()))
            .getT1();

    List<RecordedEvent> expected = everything();
    assertThat(expected).hasSize(199);
    assertThat(seen).hasSize(50).containsOnly(expected);
  }

  @Test
  default void emits_no_more_than_asked_for() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(1_000)));

    StepVerifier.create(all().map(RecordedEvent::version), 0)
        .expectSubscription()
        .expectNoEvent(QUIET)
        .thenRequest(3)
        .expectNext(1L, 2L, 3L)
        .expectNoEvent(QUIET)
        .thenRequest(1)
        .expectNext(4L)
        .expectNoEvent(QUIET)
        .thenRequest(2_000)
        .expectNext(5L)
        .expectNextCount(995)
        .then(() -> append(1_001))
        .expectNext(1_001L)
        .thenCancel()
        .verify();
  }

  @Test
  default void a_slow_subscriber_holds_up_nobody_and_misses_nothing() {
    append(0);
    StepVerifier.create(all(), 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> Await.done(appenders(1_000)))
        .then(() -> assertThat(Await.all(all().take(2_000))).hasSize(2_000))
        .thenRequest(500)
        .expectNextCount(500)
        .thenRequest(Long.MAX_VALUE)
        .expectNextCount(1_499)
        .thenCancel()
        .verify();
    Histories.requireWhole(everything());
  }

  @Test
  default void cancelling_ends_it_and_leaves_others_alone() {
    append(1);
    StepVerifier.create(all())
        .expectNextCount(1)
        .then(() -> Await.done(Flux.range(0, 100).flatMap(i -> all().take(1), 100)))
        .then(() -> append(2))
        .expectNextCount(1)
        .thenCancel()
        .verify();
  }
}
