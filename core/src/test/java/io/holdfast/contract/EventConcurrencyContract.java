package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** Appending by many at once, and reading while they do. */
public interface EventConcurrencyContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> everything() {
    return Await.all(log().read(EventQuery.forward(EventFilter.all()).limit(100_000)));
  }

  @Test
  default void one_appender_wins_each_exact_version() {
    for (int version = 0; version < 5; version++) {
      ExpectedVersion expected = ExpectedVersion.exactly(version);
      List<Race.Finish<AppendResult>> race =
          Race.run(32, i -> log().append(JOB, expected, List.of(event(i))));

      assertThat(race).filteredOn(Race.Finish::won).as("winners at %s", version).hasSize(1);
      assertThat(race)
          .filteredOn(Race.Finish::lost)
          .hasSize(31)
          .allSatisfy(loser -> assertThat(loser.failure()).isInstanceOf(ConflictException.class));
    }
    assertThat(everything()).extracting(RecordedEvent::version).containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  default void many_unconditional_appenders_to_one_new_job_all_succeed() {
    List<AppendResult> results =
        Race.allWin(64, i -> log().append(JOB, ExpectedVersion.any(), List.of(event(i))));

    assertThat(results)
        .extracting(result -> result.last().version())
        .as("each got a version of its own, without holes")
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, 64).boxed().toList());
    Histories.requireWhole(everything());
  }

  @Test
  default void appenders_to_many_jobs_keep_each_job_whole() {
    Race.allWin(256, i -> log().append(job(i % 16), ExpectedVersion.any(), events(3)));

    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(768);
    Histories.requireWhole(read);
  }

  @Test
  default void a_batch_stays_together_within_its_job() {
    List<AppendResult> results =
        Race.allWin(64, i -> log().append(JOB, ExpectedVersion.any(), events(5)));

    for (AppendResult result : results) {
      long first = result.events().get(0).version();
      assertThat(result.events())
          .extracting(Appended::version)
          .containsExactly(first, first + 1, first + 2, first + 3, first + 4);
    }
  }

  @Test
  default void batches_over_the_same_jobs_in_opposite_order_all_succeed() {
    List<AppendResult> results =
        Race.allWin(
            64,
            i ->
                i % 2 == 0
                    ? log().append(batch(any(job(1), event(i)), any(job(2), event(i))))
                    : log().append(batch(any(job(2), event(i)), any(job(1), event(i)))));

    assertThat(results).allSatisfy(result -> assertThat(result.events()).hasSize(2));
    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(128);
    Histories.requireWhole(read);
  }

  @Test
  default void one_conflict_among_many_fails_its_caller_alone() {
    List<Race.Finish<AppendResult>> race =
        Race.run(
            100,
            i ->
                log()
                    .append(
                        job(i),
                        i % 2 == 0 ? ExpectedVersion.none() : ExpectedVersion.exactly(5),
                        List.of(event(i))));

    for (Race.Finish<AppendResult> finish : race) {
      if (finish.caller() % 2 == 0) {
        assertThat(finish.failure()).as("innocent caller %s", finish.caller()).isNull();
        assertThat(finish.value()).isNotNull();
      } else {
        assertThat(finish.failure()).isInstanceOf(ConflictException.class);
        assertThat(((ConflictException) finish.failure()).id())
            .as("names the caller's own job")
            .isEqualTo(job(finish.caller()).value());
      }
    }
    assertThat(everything()).hasSize(50);
  }

  @Test
  default void concurrent_repetitions_of_one_batch_write_it_once() {
    EventBatch batch = batch(any(job(1), event(1), event(2)), any(job(2), event(3)));
    List<AppendResult> results = Race.allWin(32, i -> log().append(batch));

    assertThat(results).filteredOn(result -> !result.repeated()).as("first ones").hasSize(1);
    assertThat(results).extracting(AppendResult::events).containsOnly(results.get(0).events());
    assertThat(everything()).hasSize(3);
  }

  @Test
  default void a_batch_repeated_in_a_crowd_returns_its_first_result() {
    EventBatch batch = batch(any(job(1), event(1)), any(job(2), event(2)));
    AppendResult first = Await.value(log().append(batch));

    List<Race.Finish<AppendResult>> race =
        Race.run(
            200,
            i ->
                i % 10 == 0
                    ? log().append(batch)
                    : log().append(job(i % 4), ExpectedVersion.any(), List.of(event(i))));

    assertThat(race)
        .allSatisfy(
            finish -> {
              assertThat(finish.failure()).as("caller %s", finish.caller()).isNull();
              assertThat(finish.value().repeated()).isEqualTo(finish.caller() % 10 == 0);
            })
        .filteredOn(finish -> finish.caller() % 10 == 0)
        .extracting(finish -> finish.value().events())
        .hasSize(20)
        .containsOnly(first.events());
    assertThat(everything()).as("2 by the batch, 180 by the others").hasSize(182);
    Histories.requireWhole(everything());
  }

  @Test
  default void compare_and_append_loses_no_update() {
    Race.allWin(16, i -> Mono.defer(() -> appendAtHead(i)).retryWhen(onConflict()));

    List<RecordedEvent> read = everything();
    assertThat(read).as("one event each").hasSize(16);
    Histories.requireWhole(read);
  }

  /** The naive reader skips an event whose position was taken early and committed late. */
  @Test
  default void a_reader_that_has_seen_a_position_never_finds_a_new_event_before_it() {
    AtomicBoolean writing = new AtomicBoolean(true);
    Tail tail = new Tail(log());
    Flux<AppendResult> writers =
        Flux.range(0, 600)
            .flatMap(i -> log().append(job(i % 20), ExpectedVersion.any(), events(1 + i % 4)), 24)
            .doFinally(end -> writing.set(false));

    Await.done(Mono.when(writers, tail.step().repeat(writing::get)));
    List<RecordedEvent> seen = tail.toEnd();

    assertThat(seen).hasSize(600 / 4 * (1 + 2 + 3 + 4));
    assertThat(seen).as("what was seen bit by bit is the whole, in order").isEqualTo(everything());
    Histories.requireWhole(seen);
  }

  private Mono<AppendResult> appendAtHead(int n) {
    return log()
        .count(EventFilter.job(JOB))
        .flatMap(version -> log().append(JOB, ExpectedVersion.exactly(version), List.of(event(n))));
  }

  private static Retry onConflict() {
    return Retry.indefinitely().filter(ConflictException.class::isInstance);
  }
}
