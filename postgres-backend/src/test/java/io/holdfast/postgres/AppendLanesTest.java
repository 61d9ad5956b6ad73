package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.BulkProgress;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;

/** How appends wait for each other; the writer is a gate that the test opens. */
class AppendLanesTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final List<List<AppendRequest>> groups = new CopyOnWriteArrayList<>();
  private final List<Sinks.Empty<Void>> gates = new CopyOnWriteArrayList<>();
  private AppendLanes lanes = lanes(new AppendLimits(100, 1_000_000, LONG));

  private AppendLanes lanes(AppendLimits limits) {
    return new AppendLanes(1, limits, new Gates());
  }

  /** The job "held" belongs to another transaction. */
  private final class Gates implements GroupWriter {

    @Override
    public Mono<List<AppendRequest>> write(List<AppendRequest> group) {
      Map<Boolean, List<AppendRequest>> byHeld =
          group.stream().collect(Collectors.partitioningBy(AppendLanesTest::isHeld));
      return gated(byHeld.get(false)).thenReturn(byHeld.get(true));
    }

    @Override
    public Mono<Void> writeWaiting(List<AppendRequest> group) {
      return gated(group);
    }
  }

  private static boolean isHeld(AppendRequest request) {
    return request.batch().parts().get(0).job().value().equals("held");
  }

  private Mono<Void> gated(List<AppendRequest> group) {
    if (group.isEmpty()) {
      return Mono.empty();
    }
    Sinks.Empty<Void> gate = Sinks.empty();
    groups.add(group);
    gates.add(gate);
    return gate.asMono()
        .doOnSuccess(open -> group.forEach(AppendLanesTest::succeed))
        .onErrorResume(
            error -> {
              group.forEach(request -> request.failed(error));
              return Mono.empty();
            });
  }

  private static void succeed(AppendRequest request) {
    int parts = request.batch().parts().size();
    request.written(
        new Places(Numbers.of(new long[parts]), Numbers.of(new long[request.events()]), 0, 7));
  }

  @AfterEach
  void close() {
    gates.forEach(Sinks.Empty::tryEmitEmpty);
    lanes.close().block(PATIENCE);
  }

  private void open(int group) {
    assertThat(gates.get(group).tryEmitEmpty()).isEqualTo(Sinks.EmitResult.OK);
  }

  private StepVerifier start(String job) {
    return StepVerifier.create(lanes.append(batch(job))).expectNextCount(1).expectComplete();
  }

  private static EventBatch batch(String job) {
    return EventBatch.of(new JobId(job), ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }

  private static JobEvent event(String job) {
    return new JobEvent(new JobId(job), Event.of("t", Json.EMPTY));
  }

  @Test
  void an_idle_lane_sends_at_once_and_gathers_while_it_writes() {
    StepVerifier first = start("a").verifyLater();
    List<StepVerifier> others = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      others.add(start("b").verifyLater());
    }

    assertThat(groups).as("nobody waits for company").hasSize(1);
    open(0);
    first.verify(PATIENCE);
    assertThat(groups).hasSize(2);
    assertThat(groups.get(1)).as("all that came meanwhile").hasSize(10);
    open(1);
    others.forEach(other -> other.verify(PATIENCE));
  }

  @Test
  void a_caller_that_gives_up_before_it_is_sent_is_not_sent() {
    StepVerifier first = start("a").verifyLater();
    StepVerifier.create(lanes.append(batch("b"))).thenCancel().verify(PATIENCE);
    StepVerifier third = start("c").verifyLater();

    open(0);
    first.verify(PATIENCE);
    assertThat(groups.get(1)).hasSize(1);
    open(1);
    third.verify(PATIENCE);
  }

  @Test
  void a_caller_that_gives_up_after_it_was_sent_disturbs_nobody() {
    StepVerifier first = start("a").verifyLater();
    StepVerifier.create(lanes.append(batch("b"))).then(() -> open(0)).thenCancel().verify(PATIENCE);
    first.verify(PATIENCE);

    open(1);
    StepVerifier third = start("c").verifyLater();
    open(2);
    third.verify(PATIENCE);
  }

  @Test
  void an_append_to_a_job_that_another_holds_is_out_of_the_way_of_the_rest() {
    StepVerifier waiting = start("held").verifyLater();
    StepVerifier other = start("a").verifyLater();

    assertThat(groups).as("one waits for the other transaction, one is written").hasSize(2);
    open(1);
    other.verify(PATIENCE);
    open(0);
    waiting.verify(PATIENCE);
  }

  @Test
  void a_chunk_over_a_job_that_another_holds_is_not_passed_by_the_next() {
    StepVerifier bulk =
        StepVerifier.create(
                BulkAppend.run(lanes, Flux.range(0, 10_001).map(n -> event("held")))
                    .map(BulkProgress::events))
            .then(() -> assertThat(groups).hasSize(1))
            .then(() -> open(0))
            .expectNext(1L)
            .then(() -> open(1))
            .expectNext(10_001L)
            .expectComplete();

    bulk.verify(PATIENCE);
  }

  @Test
  void who_finds_it_full_waits_and_comes_in_when_there_is_room() {
    lanes.close().block(PATIENCE);
    lanes = lanes(new AppendLimits(2, 1_000_000, LONG));
    List<StepVerifier> callers = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      callers.add(start("job").verifyLater());
    }

    open(0);
    assertThat(groups.get(1)).as("one was inside, another has come in").hasSizeBetween(1, 2);
    for (int n = 1; n < groups.size(); n++) {
      open(n);
    }
    callers.forEach(caller -> caller.verify(PATIENCE));
    assertThat(groups.stream().mapToInt(List::size).sum()).isEqualTo(5);
    assertThat(groups).allSatisfy(group -> assertThat(group).hasSizeLessThanOrEqualTo(2));
  }

  @Test
  void who_waits_too_long_is_told_and_never_sent() {
    lanes.close().block(PATIENCE);
    lanes = lanes(new AppendLimits(2, 1_000_000, Duration.ofMillis(200)));
    StepVerifier first = start("job").verifyLater();
    StepVerifier inside = refused().verifyLater();
    StepVerifier outside = refused().verifyLater();

    inside.verify(PATIENCE);
    outside.verify(PATIENCE);
    open(0);
    first.verify(PATIENCE);
    assertThat(groups).hasSize(1);
  }

  private StepVerifier refused() {
    return StepVerifier.create(lanes.append(batch("job")))
        .expectErrorMatches(
            error ->
                error instanceof UnavailableException
                    && error.getMessage().contains("nothing was written"));
  }

  @Test
  void closing_refuses_what_waits_and_lets_what_is_written_end() {
    StepVerifier first = start("a").verifyLater();
    StepVerifier second =
        StepVerifier.create(lanes.append(batch("b")))
            .expectError(UnavailableException.class)
            .verifyLater();

    StepVerifier closed = StepVerifier.create(lanes.close()).expectComplete().verifyLater();
    second.verify(PATIENCE);
    open(0);
    first.verify(PATIENCE);
    closed.verify(PATIENCE);
    StepVerifier.create(lanes.append(batch("c")))
        .expectError(UnavailableException.class)
        .verify(PATIENCE);
  }

  @Test
  void a_source_that_trickles_is_written_as_it_comes() {
    TestPublisher<JobEvent> source = TestPublisher.create();
    StepVerifier bulk =
        StepVerifier.create(BulkAppend.run(lanes, source).map(BulkProgress::events))
            .then(() -> source.next(event("a")))
            .then(() -> source.next(event("a"), event("a")))
            .then(() -> open(0))
            .expectNext(1L)
            .then(() -> open(1))
            .expectNext(3L)
            .then(source::complete)
            .expectComplete();

    bulk.verify(PATIENCE);
    assertThat(groups).as("what came while the first was written is the second").hasSize(2);
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
        .then(() -> open(0))
        .expectNext(1L)
        .thenCancel()
        .verify(PATIENCE);

    assertThat(groups).as("the chunk that waited was taken back").hasSize(1);
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
        .then(() -> assertThat(gates.get(0).tryEmitError(broken)).isEqualTo(Sinks.EmitResult.OK))
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
            .then(
                () -> assertThat(gates.get(0).tryEmitError(broken)).isEqualTo(Sinks.EmitResult.OK))
            .expectErrorMatches(error -> error == broken);

    bulk.verify(PATIENCE);
    source.assertCancelled();
    assertThat(groups).as("nothing after the hole").hasSize(1);
  }

  @Test
  void a_failure_of_the_source_waits_for_the_chunk_under_way() {
    IllegalStateException broken = new IllegalStateException("source is broken");
    Flux<JobEvent> source = Flux.just(event("a")).concatWith(Flux.error(broken));

    StepVerifier.create(BulkAppend.run(lanes, source).map(BulkProgress::events))
        .then(() -> open(0))
        .expectNext(1L)
        .expectErrorMatches(error -> error.equals(broken))
        .verify(PATIENCE);
  }

  @Test
  void a_result_is_what_the_writer_says() {
    StepVerifier caller =
        StepVerifier.create(lanes.append(batch("a")).map(AppendResult::last))
            .assertNext(last -> assertThat(last.version()).isEqualTo(1))
            .expectComplete()
            .verifyLater();
    open(0);
    caller.verify(PATIENCE);
  }
}
