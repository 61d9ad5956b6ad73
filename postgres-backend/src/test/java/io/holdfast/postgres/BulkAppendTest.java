package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvent;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** How a bulk append becomes chunks; the writer is a gate that the test opens. */
class BulkAppendTest {

  private static final AppendLimits LIMITS =
      new AppendLimits(100, 1_000_000, Duration.ofMinutes(10));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int MONTHS = 500;

  private final GatedWriter writer = new GatedWriter();
  private AppendLanes lanes = new AppendLanes(1, LIMITS, writer);

  @AfterEach
  void close() {
    writer.openAll();
    lanes.close().block(PATIENCE);
  }

  private static JobEvent event(String job) {
    return new JobEvent(new JobId(job), Event.of("t", Json.EMPTY));
  }

  /** One of each of 500 months, over many jobs. */
  private static JobEvent ofMonth(int n) {
    Instant time =
        YearMonth.of(1980, 1).plusMonths(n).atDay(5).atStartOfDay().toInstant(ZoneOffset.UTC);
    return new JobEvent(new JobId("job-" + n % 40), Event.of("t", Json.EMPTY).at(time));
  }

  @Test
  void a_chunk_over_a_job_that_another_holds_is_not_passed_by_the_next() {
    StepVerifier bulk =
        StepVerifier.create(
                BulkAppend.run(lanes, Flux.range(0, 10_001).map(n -> event("held")))
                    .map(BulkProgress::events))
            .then(() -> assertThat(writer.groups()).hasSize(1))
            .then(() -> writer.open(0))
            .expectNext(1L)
            .then(() -> writer.open(1))
            .expectNext(10_001L)
            .expectComplete();

    bulk.verify(PATIENCE);
  }

  @Test
  void a_source_that_trickles_is_written_as_it_comes() {
    TestPublisher<JobEvent> source = TestPublisher.create();
    StepVerifier bulk =
        StepVerifier.create(BulkAppend.run(lanes, source).map(BulkProgress::events))
            .then(() -> source.next(event("a")))
            .then(() -> source.next(event("a"), event("a")))
            .then(() -> writer.open(0))
            .expectNext(1L)
            .then(() -> writer.open(1))
            .expectNext(3L)
            .then(source::complete)
            .expectComplete();

    bulk.verify(PATIENCE);
    assertThat(writer.groups())
        .as("what came while the first was written is the second")
        .hasSize(2);
  }

  @Test
  void a_bulk_append_keeps_two_chunks_under_way_and_asks_for_no_more() {
    List<Long> asked = new CopyOnWriteArrayList<>();
    Flux<JobEvent> endless = Flux.range(0, 1_000_000).map(n -> event("a")).doOnRequest(asked::add);

    StepVerifier.create(BulkAppend.run(lanes, endless).map(BulkProgress::events))
        .then(
            () ->
                assertThat(asked.stream().mapToLong(Long::longValue).sum())
                    .as("one event, a chunk that waits, another that is full")
                    .isLessThan(30_000))
        .then(() -> writer.open(0))
        .expectNext(1L)
        .thenCancel()
        .verify(PATIENCE);

    assertThat(writer.groups()).as("the chunk that waited was taken back").hasSize(1);
    assertThat(asked.stream().mapToLong(Long::longValue).sum())
        .as("a cancel asks for nothing more")
        .isLessThan(30_000);
  }

  @Test
  void a_chunk_that_fails_leaves_an_endless_source_alone() {
    UnavailableException broken = new UnavailableException("broken");
    List<Long> asked = new CopyOnWriteArrayList<>();
    Flux<JobEvent> endless = Flux.range(0, 1_000_000).map(n -> event("a")).doOnRequest(asked::add);

    StepVerifier.create(BulkAppend.run(lanes, endless))
        .then(() -> writer.fail(0, broken))
        .expectErrorMatches(error -> error == broken)
        .verify(PATIENCE);

    assertThat(asked.stream().mapToLong(Long::longValue).sum()).isLessThan(30_000);
  }

  @Test
  void a_chunk_that_fails_ends_the_source_and_takes_the_next_one_back() {
    UnavailableException broken = new UnavailableException("broken");
    TestPublisher<JobEvent> source = TestPublisher.create();
    StepVerifier bulk =
        StepVerifier.create(BulkAppend.run(lanes, source))
            .then(() -> source.next(event("a")))
            .then(() -> Flux.range(0, 10_500).subscribe(n -> source.next(event("a"))))
            .then(() -> writer.fail(0, broken))
            .expectErrorMatches(error -> error == broken);

    bulk.verify(PATIENCE);
    source.assertCancelled();
    assertThat(writer.groups()).as("nothing after the hole").hasSize(1);
  }

  @Test
  void a_failure_of_the_source_waits_for_the_chunk_under_way() {
    IllegalStateException broken = new IllegalStateException("source is broken");
    Flux<JobEvent> source = Flux.just(event("a")).concatWith(Flux.error(broken));

    StepVerifier.create(BulkAppend.run(lanes, source).map(BulkProgress::events))
        .then(() -> writer.open(0))
        .expectNext(1L)
        .expectErrorMatches(error -> error.equals(broken))
        .verify(PATIENCE);
  }

  @Test
  void closing_ends_a_bulk_append_whose_chunk_takes_too_long() {
    StepVerifier bulk =
        StepVerifier.create(BulkAppend.run(lanes, Flux.range(0, 100).map(n -> event("held"))))
            .expectError(UnavailableException.class)
            .verifyLater();

    StepVerifier.withVirtualTime(lanes::close)
        .thenAwait(Duration.ofSeconds(10))
        .expectComplete()
        .verify(PATIENCE);

    bulk.verify(PATIENCE);
  }

  @Test
  void a_chunk_ends_before_it_has_more_months_than_a_batch_may() {
    lanes.close().block(PATIENCE);
    lanes = new AppendLanes(2, LIMITS, writer);

    StepVerifier.create(
            BulkAppend.run(lanes, Flux.range(0, MONTHS).map(n -> ofMonth(n)))
                .map(BulkProgress::events)
                .takeLast(1))
        .then(writer::openAll)
        .expectNext((long) MONTHS)
        .expectComplete()
        .verify(PATIENCE);

    assertThat(writer.groups()).hasSizeGreaterThan(MONTHS / EventBatch.MONTHS_MAX);
  }
}
