package io.holdfast.contract;

import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import io.holdfast.event.StartFrom;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Many subscribers at the end of the log, each with its own wishes and at its own pace. */
public interface EventLiveContract extends StorageContract {

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

  private Mono<AppendResult> append(JobId job, int n) {
    return log().append(job, ExpectedVersion.any(), List.of(event(n)));
  }

  @Test
  default void each_of_many_subscribers_gets_the_events_of_its_own_job() {
    int jobs = 200;
    int each = 5;
    Flux<AppendResult> writers =
        Flux.range(0, jobs * each).flatMap(n -> append(job(n % jobs), n), 32);
    Mono<List<List<RecordedEvent>>> readers =
        Flux.range(0, jobs)
            .flatMapSequential(
                n ->
                    log()
                        .subscribe(EventFilter.job(job(n)), StartFrom.beginning())
                        .take(each)
                        .collectList(),
                jobs)
            .collectList();

    List<List<RecordedEvent>> seen =
        Await.value(readers.zipWith(writers.then(Mono.just(1)))).getT1();

    assertThat(seen).hasSize(jobs);
    for (int n = 0; n < jobs; n++) {
      assertThat(seen.get(n)).extracting(RecordedEvent::job).containsOnly(job(n));
      assertThat(seen.get(n))
          .extracting(RecordedEvent::version)
          .containsExactlyElementsOf(LongStream.rangeClosed(1, each).boxed().toList());
    }
  }

  @Test
  default void a_subscriber_to_several_jobs_sees_them_in_the_order_of_all() {
    EventFilter some = EventFilter.all().withJobs(Set.of(job(1), job(4), job(7)));
    List<RecordedEvent> seen =
        Await.value(
                log()
                    .subscribe(some, StartFrom.beginning())
                    .take(150)
                    .collectList()
                    .zipWith(appenders(300).then(Mono.just(1))))
            .getT1();

    List<RecordedEvent> expected = everything().stream().filter(some::matches).limit(150).toList();
    assertThat(seen).hasSize(150).isEqualTo(expected);
  }

  /**
   * Each begins somewhere else in a log that grows, so each goes from history to live elsewhere.
   */
  @Test
  default void goes_from_history_to_live_without_a_seam_wherever_it_began() {
    Await.done(appenders(300));
    List<RecordedEvent> before = everything();
    int starts = 24;
    Mono<List<List<RecordedEvent>>> followers =
        Flux.range(0, starts)
            .flatMapSequential(n -> tail(before, before.size() * n / starts), starts)
            .collectList();

    List<List<RecordedEvent>> seen =
        Await.value(followers.zipWith(appenders(300).then(Mono.just(1)))).getT1();

    List<RecordedEvent> whole = everything();
    assertThat(whole).hasSize(1_200);
    for (int n = 0; n < starts; n++) {
      int from = before.size() * n / starts + 1;
      assertThat(seen.get(n)).isEqualTo(whole.subList(from, whole.size()));
    }
  }

  private Mono<List<RecordedEvent>> tail(List<RecordedEvent> before, int index) {
    return log()
        .subscribe(EventFilter.all(), StartFrom.after(before.get(index).position()))
        .take(1_200 - index - 1)
        .collectList();
  }

  @Test
  default void one_that_asks_for_nothing_harms_nobody_and_gets_everything_when_it_asks() {
    Await.done(append(job(1), 0));
    StepVerifier.create(all(), 1)
        .expectNextCount(1)
        .then(() -> Await.done(Mono.zip(quick(600), appenders(300).then(Mono.just(1)))))
        .thenRequest(600)
        .expectNextCount(600)
        .thenCancel()
        .verify();
    Histories.requireWhole(everything());
  }

  private Mono<List<RecordedEvent>> quick(int count) {
    return all().take(count).collectList();
  }

  @Test
  default void one_that_takes_its_time_gets_the_same_as_one_that_is_quick() {
    Mono<List<RecordedEvent>> slow =
        all()
            .limitRate(1)
            .concatMap(seen -> Mono.delay(Samples.SHORT.dividedBy(100)).thenReturn(seen), 1)
            .take(300)
            .collectList();

    var both = Await.value(Mono.zip(slow, quick(300), appenders(150).then(Mono.just(1))));

    assertThat(both.getT1()).hasSize(300).isEqualTo(both.getT2());
    Histories.requireWhole(Collections.unmodifiableList(both.getT1()));
  }
}
