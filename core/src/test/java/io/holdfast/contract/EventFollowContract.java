package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.QUIET;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.InvalidInputException;
import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Following the log: replay, then live, in one order. */
public interface EventFollowContract extends StorageContract {

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
  default void replays_then_follows_live_without_gap_or_duplicate() {
    Await.value(appenders(300).then(Mono.just(true)));
    Flux<RecordedEvent> followed = all().take(600 + 1_200);

    List<RecordedEvent> seen =
        Await.value(followed.collectList().zipWith(appenders(600).collectList())).getT1();

    assertThat(seen).hasSize(1_800).isEqualTo(everything());
    Histories.requireWhole(seen);
  }

  @Test
  default void two_subscribers_see_the_same_events_in_the_same_order() {
    append(1);
    Mono<List<RecordedEvent>> early = all().take(800).collectList();
    Mono<List<RecordedEvent>> late = all().take(800).collectList().delaySubscription(QUIET);

    var both = Await.value(Mono.zip(early, late, appenders(400).collectList()));

    assertThat(both.getT1()).hasSize(800).isEqualTo(both.getT2());
  }

  @Test
  default void never_completes_by_itself() {
    append(1);

    StepVerifier.create(all())
        .expectNextCount(1)
        .expectNoEvent(QUIET)
        .then(() -> append(2))
        .assertNext(event -> assertThat(event.version()).isEqualTo(2))
        .thenCancel()
        .verify();
  }

  @Test
  default void waits_for_the_first_event_of_an_empty_log() {
    StepVerifier.create(all())
        .expectSubscription()
        .expectNoEvent(QUIET)
        .then(() -> append(1))
        .assertNext(event -> assertThat(event.version()).isEqualTo(1))
        .thenCancel()
        .verify();
  }

  @Test
  default void starts_behind_a_position() {
    Position third =
        Await.value(log().append(JOB, ExpectedVersion.any(), events(3))).last().position();
    append(4);

    StepVerifier.create(log().subscribe(EventFilter.all(), StartFrom.after(third)))
        .assertNext(event -> assertThat(event.version()).isEqualTo(4))
        .then(() -> append(5))
        .assertNext(event -> assertThat(event.version()).isEqualTo(5))
        .thenCancel()
        .verify();
  }

  @Test
  default void goes_on_where_another_subscription_was_cancelled() {
    Mono<List<AppendResult>> writers = appenders(150).collectList().cache();
    List<RecordedEvent> first = Await.value(all().take(100).collectList().zipWith(writers)).getT1();
    Position seen = first.get(99).position();

    List<RecordedEvent> second =
        Await.all(log().subscribe(EventFilter.all(), StartFrom.after(seen)).take(200));

    List<RecordedEvent> together = new ArrayList<>(first);
    together.addAll(second);
    assertThat(together).as("one after the other they are the whole").isEqualTo(everything());
  }

  /** When "now" is, is settled between the subscription and the first event. */
  @Test
  default void from_now_on_emits_nothing_older_and_then_everything() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(50)));
    Flux<AppendResult> steady =
        Flux.range(51, 2_000)
            .concatMap(n -> log().append(JOB, ExpectedVersion.any(), List.of(event(n))));
    Flux<RecordedEvent> followed = log().subscribe(EventFilter.all(), StartFrom.now()).take(20);

    List<RecordedEvent> seen = Await.all(followed.mergeWith(steady.then(Mono.empty())).take(20));

    assertThat(seen).hasSize(20);
    long first = seen.get(0).version();
    assertThat(first).as("nothing that was there before").isGreaterThan(50);
    for (int i = 0; i < 20; i++) {
      assertThat(seen.get(i).version()).as("then without a gap").isEqualTo(first + i);
    }
  }

  @Test
  default void filters_what_was_there_and_what_comes() {
    EventFilter filter =
        EventFilter.all()
            .withJobs(Set.of(job(1), job(2)))
            .withTypes("wanted")
            .containing(Json.of("{\"n\":1}"));
    Event wanted = Event.of("wanted", Json.of("{\"n\":1,\"m\":2}"));
    Event other = Event.of("wanted", Json.of("{\"n\":2}"));
    Await.value(log().append(batch(any(job(1), event(1), wanted, other), any(job(3), wanted))));

    StepVerifier.create(log().subscribe(filter, StartFrom.beginning()))
        .assertNext(event -> assertThat(event.version()).isEqualTo(2))
        .expectNoEvent(QUIET)
        .then(
            () -> Await.value(log().append(batch(any(job(3), wanted), any(job(2), other, wanted)))))
        .assertNext(event -> assertThat(event.job()).isEqualTo(job(2)))
        .thenCancel()
        .verify();
  }

  @Test
  default void finds_the_few_that_match_among_many_that_do_not() {
    Await.value(log().append(job(1), ExpectedVersion.none(), events(5_000)));
    Event rare = Event.of("rare", Json.EMPTY);
    Await.value(log().append(job(2), ExpectedVersion.none(), List.of(rare)));

    StepVerifier.create(log().subscribe(EventFilter.all().withTypes("rare"), StartFrom.beginning()))
        .assertNext(event -> assertThat(event.version()).isEqualTo(1))
        .then(() -> Await.value(log().append(job(1), ExpectedVersion.any(), events(5_000))))
        .then(() -> Await.value(log().append(job(2), ExpectedVersion.any(), List.of(rare))))
        .assertNext(event -> assertThat(event.version()).isEqualTo(2))
        .thenCancel()
        .verify();
  }

  @Test
  default void refuses_a_position_of_another_store() {
    append(1);
    Position foreign = new Position("no-such-log:7,nor-this:8");

    Await.failure(
        InvalidInputException.class,
        log().subscribe(EventFilter.all(), StartFrom.after(foreign)).take(1));
    assertThat(Await.all(all().take(1))).hasSize(1);
  }
}
