package io.holdfast.contract;

import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Filling the log in bulk. */
public interface EventBulkContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> everything() {
    return Await.all(log().read(EventQuery.forward(EventFilter.all()).limit(1_000_000)));
  }

  private static JobEvent numbered(int i) {
    return new JobEvent(job(i % 50), event(i));
  }

  @Test
  default void appends_everything_and_keeps_the_order_within_each_job() {
    List<BulkProgress> progress =
        Await.all(log().appendAll(Flux.range(0, 12_345).map(i -> numbered(i))));

    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(12_345);
    Histories.requireWhole(read);
    assertThat(read)
        .as("the n-th event of a job is its n-th")
        .allSatisfy(
            event ->
                assertThat((long) Samples.number(event.data()) / 50 + 1)
                    .isEqualTo(event.version()));
    assertThat(progress).isNotEmpty();
  }

  @Test
  default void progress_counts_what_is_committed_from_the_start() {
    List<BulkProgress> progress =
        Await.all(log().appendAll(Flux.range(0, 25_000).map(i -> numbered(i))));

    assertThat(progress).extracting(BulkProgress::events).isSorted().endsWith(25_000L);
    List<RecordedEvent> read = everything();
    assertThat(progress.get(progress.size() - 1).position())
        .as("the highest position")
        .isEqualTo(read.get(read.size() - 1).position());
  }

  @Test
  default void continues_jobs_that_are_there_already() {
    Await.done(log().appendAll(Flux.range(0, 100).map(i -> numbered(i))));
    Await.done(log().appendAll(Flux.range(0, 100).map(i -> numbered(i))));

    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(200);
    Histories.requireWhole(read);
  }

  @Test
  default void single_appends_to_the_same_jobs_meanwhile_leave_no_hole() {
    Flux<BulkProgress> bulk = log().appendAll(Flux.range(0, 12_000).map(i -> numbered(i)));
    Flux<AppendResult> singles =
        Flux.range(0, 300)
            .flatMap(i -> log().append(job(i % 50), ExpectedVersion.any(), events(2)), 32);

    Await.done(Flux.merge(bulk, singles));

    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(12_600);
    Histories.requireWhole(read);
  }

  @Test
  default void is_empty_for_an_empty_source_and_only_then() {
    assertThat(Await.all(log().appendAll(Flux.empty()))).isEmpty();
    assertThat(Await.all(log().appendAll(Flux.just(numbered(1)))))
        .extracting(BulkProgress::events)
        .containsExactly(1L);
  }

  @Test
  default void a_failure_of_the_source_ends_the_append_and_keeps_what_was_reported() {
    IllegalStateException broken = new IllegalStateException("source is broken");
    Flux<JobEvent> source =
        Flux.range(0, 30_000).map(i -> numbered(i)).concatWith(Flux.error(broken));
    AtomicLong reported = new AtomicLong();

    Throwable failure =
        Await.failure(
            IllegalStateException.class,
            log().appendAll(source).doOnNext(progress -> reported.set(progress.events())));

    assertThat(failure).hasMessage("source is broken");
    List<RecordedEvent> read = everything();
    assertThat((long) read.size())
        .as("what was reported is there")
        .isGreaterThanOrEqualTo(reported.get());
    assertThat(reported).as("30,000 events are more than one chunk").hasPositiveValue();
    Histories.requireWhole(read);
  }

  @Test
  default void does_not_ask_the_source_for_everything_at_once() {
    AtomicBoolean unbounded = new AtomicBoolean();
    Flux<JobEvent> source =
        Flux.range(0, 20_000)
            .map(i -> numbered(i))
            .doOnRequest(n -> unbounded.compareAndSet(false, n == Long.MAX_VALUE));

    List<BulkProgress> progress = Await.all(log().appendAll(source));

    assertThat(progress).isNotEmpty();
    assertThat(unbounded).as("asked without bound").isFalse();
  }

  @Test
  default void stops_an_endless_source_when_cancelled() {
    AtomicBoolean cancelled = new AtomicBoolean();
    Flux<JobEvent> endless =
        Flux.range(0, Integer.MAX_VALUE)
            .map(i -> numbered(i))
            .doOnCancel(() -> cancelled.set(true));

    StepVerifier.create(log().appendAll(endless)).expectNextCount(2).thenCancel().verify();

    Boolean told = Await.until(Mono.fromCallable(cancelled::get).filter(yes -> yes));
    assertThat(told).as("the source is told").isTrue();
    long settled = Await.until(Flux.defer(this::twoCounts).singleOrEmpty());
    assertThat(settled).isGreaterThan(1);
    assertThat(Await.all(log().appendAll(Flux.just(numbered(7))))).hasSize(1);
  }

  @Test
  default void cuts_chunks_by_size_as_well() {
    Json large = Json.of("\"" + "x".repeat(5_000_000) + "\"");
    int count = EventBatch.BYTES_MAX / 5_000_000 + 2;
    Flux<JobEvent> source =
        Flux.range(0, count).map(i -> new JobEvent(job(i), Event.of("large", large)));

    List<BulkProgress> progress = Await.all(log().appendAll(source));

    assertThat(progress).as("more than one batch may hold").hasSizeGreaterThan(1);
    assertThat(Await.value(log().count(EventFilter.all().withTypes("large")))).isEqualTo(count);
  }

  @Test
  default void cuts_chunks_by_months_as_well() {
    int months = EventBatch.MONTHS_MAX + 10;
    YearMonth first = YearMonth.of(2001, 1);
    Flux<JobEvent> source =
        Flux.range(0, months * 8)
            .map(i -> new JobEvent(job(i % 7), event(i).at(startOf(first.plusMonths(i % months)))));

    List<BulkProgress> progress = Await.all(log().appendAll(source));

    assertThat(progress.get(progress.size() - 1).events()).isEqualTo(months * 8L);
    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(months * 8);
    Histories.requireWhole(read);
  }

  private static Instant startOf(YearMonth month) {
    return month.atDay(1).atStartOfDay().toInstant(ZoneOffset.UTC);
  }

  /** The number of events, once it no longer changes. */
  private Flux<Long> twoCounts() {
    return log()
        .count(EventFilter.all())
        .delayUntil(first -> log().stats(job(1)))
        .zipWhen(first -> log().count(EventFilter.all()))
        .filter(counts -> counts.getT1().equals(counts.getT2()))
        .map(counts -> counts.getT1())
        .flux();
  }
}
