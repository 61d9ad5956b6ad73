package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static io.holdfast.contract.Samples.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Appending: versions, positions, conditions, atomicity, repetition. */
public interface EventAppendContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> everything() {
    return Await.all(log().read(EventQuery.forward(EventFilter.all()).limit(100_000)));
  }

  @Test
  default void versions_count_from_one_without_holes() {
    AppendResult first = Await.value(log().append(JOB, ExpectedVersion.none(), events(3)));
    AppendResult second = Await.value(log().append(JOB, ExpectedVersion.exactly(3), events(2)));

    assertThat(first.events()).extracting(Appended::version).containsExactly(1L, 2L, 3L);
    assertThat(second.events()).extracting(Appended::version).containsExactly(4L, 5L);
    assertThat(second.last().version()).isEqualTo(5);
    assertThat(Await.all(log().read(EventQuery.job(JOB))))
        .extracting(RecordedEvent::version)
        .as("what was reported is what is read")
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  default void each_job_counts_its_own_versions() {
    Await.value(log().append(job(1), ExpectedVersion.none(), events(4)));
    AppendResult other = Await.value(log().append(job(2), ExpectedVersion.none(), events(1)));

    assertThat(other.last().version()).as("another job starts at 1").isEqualTo(1);
  }

  @Test
  default void positions_grow_in_read_order_and_are_those_reported() {
    AppendResult first = Await.value(log().append(job(1), ExpectedVersion.any(), events(3)));
    AppendResult second = Await.value(log().append(job(2), ExpectedVersion.any(), events(3)));

    List<RecordedEvent> read = everything();
    assertThat(read).hasSize(6);
    Histories.requireRising(read);
    assertThat(read.subList(0, 3))
        .extracting(RecordedEvent::position)
        .isEqualTo(first.events().stream().map(Appended::position).toList());
    assertThat(read.subList(3, 6))
        .extracting(RecordedEvent::position)
        .isEqualTo(second.events().stream().map(Appended::position).toList());
  }

  @Test
  default void a_batch_over_several_jobs_reports_in_its_own_order() {
    Await.value(log().append(job(2), ExpectedVersion.none(), events(1)));
    AppendResult result =
        Await.value(
            log()
                .append(
                    batch(
                        any(job(3), event(1)),
                        any(job(2), event(2), event(3)),
                        any(job(1), event(4)))));

    assertThat(result.repeated()).as("this is the first time").isFalse();
    assertThat(result.events())
        .extracting(Appended::job)
        .containsExactly(job(3), job(2), job(2), job(1));
    assertThat(result.events()).extracting(Appended::version).containsExactly(1L, 2L, 3L, 1L);
  }

  @Test
  default void a_conflict_in_one_job_of_a_batch_writes_nothing_at_all() {
    Await.value(log().append(job(2), ExpectedVersion.none(), events(1)));
    EventBatch batch =
        batch(any(job(1), event(1)), new JobEvents(job(2), ExpectedVersion.none(), events(1)));

    ConflictException conflict = Await.failure(ConflictException.class, log().append(batch));

    assertThat(conflict.id()).as("names the job in the way").isEqualTo(job(2).value());
    assertThat(everything()).as("only the event from before").hasSize(1);
    AppendResult next = Await.value(log().append(job(1), ExpectedVersion.none(), events(1)));
    assertThat(next.last().version()).as("no version was used up").isEqualTo(1);
  }

  @Test
  default void a_conflict_names_the_first_job_in_the_way() {
    Await.value(log().append(batch(any(job(1), event(1)), any(job(2), event(1)))));
    EventBatch batch =
        batch(
            any(job(3), event(1)),
            new JobEvents(job(2), ExpectedVersion.exactly(7), events(1)),
            new JobEvents(job(1), ExpectedVersion.exactly(7), events(1)));

    ConflictException conflict = Await.failure(ConflictException.class, log().append(batch));

    assertThat(conflict.id()).as("first in the order of the batch").isEqualTo(job(2).value());
  }

  @Test
  default void reports_expected_and_actual_version_on_conflict() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(5)));

    ConflictException stale =
        Await.failure(
            ConflictException.class, log().append(JOB, ExpectedVersion.exactly(3), events(1)));
    assertThat(stale.expected()).contains("3");
    assertThat(stale.actual()).contains("5");
    assertThat(stale).hasMessageContaining(JOB.value());

    ConflictException ahead =
        Await.failure(
            ConflictException.class, log().append(job(9), ExpectedVersion.exactly(2), events(1)));
    assertThat(ahead.id()).isEqualTo(job(9).value());
    assertThat(ahead.expected()).contains("2");
  }

  @Test
  default void each_expected_version_accepts_what_it_says() {
    Await.value(log().append(JOB, ExpectedVersion.any(), events(1)));
    Await.value(log().append(JOB, ExpectedVersion.exactly(1), events(1)));
    Await.value(log().append(JOB, ExpectedVersion.any(), events(1)));

    Await.failure(ConflictException.class, log().append(JOB, ExpectedVersion.none(), events(1)));
    Await.failure(
        ConflictException.class, log().append(JOB, ExpectedVersion.exactly(0), events(1)));
    Await.failure(
        ConflictException.class, log().append(JOB, ExpectedVersion.exactly(2), events(1)));
    Await.failure(
        ConflictException.class, log().append(JOB, ExpectedVersion.exactly(4), events(1)));
    assertThat(everything()).as("conflicts write nothing").hasSize(3);
  }

  @Test
  default void repeating_a_batch_returns_the_first_result_and_writes_nothing() {
    EventBatch batch =
        batch(new JobEvents(job(1), ExpectedVersion.none(), events(2)), any(job(2), event(1)));
    AppendResult first = Await.value(log().append(batch));
    Await.value(log().append(job(1), ExpectedVersion.exactly(2), events(3)));

    AppendResult again = Await.value(log().append(batch));

    assertThat(first.repeated()).isFalse();
    assertThat(again.repeated()).as("told apart from a first append").isTrue();
    assertThat(again.events()).as("same versions and positions").isEqualTo(first.events());
    assertThat(everything()).as("nothing written again").hasSize(6);
  }

  @Test
  default void an_append_without_a_batch_repeats_when_subscribed_again() {
    Mono<AppendResult> append = log().append(JOB, ExpectedVersion.none(), events(2));

    AppendResult first = Await.value(append);
    AppendResult again = Await.value(append);

    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(first.events());
    assertThat(everything()).hasSize(2);
  }

  @Test
  default void two_equal_batches_with_different_ids_are_two_appends() {
    JobEvents part = any(JOB, event(1));
    Await.value(log().append(new EventBatch(new BatchId("one"), List.of(part))));
    AppendResult second =
        Await.value(log().append(new EventBatch(new BatchId("two"), List.of(part))));

    assertThat(second.repeated()).isFalse();
    assertThat(second.last().version()).isEqualTo(2);
  }

  @Test
  default void a_batch_that_failed_is_not_remembered() {
    EventBatch batch = batch(new JobEvents(JOB, ExpectedVersion.exactly(1), events(1)));
    Await.failure(ConflictException.class, log().append(batch));
    Await.value(log().append(JOB, ExpectedVersion.none(), events(1)));

    AppendResult result = Await.value(log().append(batch));

    assertThat(result.repeated()).as("a failed append has no result to repeat").isFalse();
    assertThat(result.last().version()).isEqualTo(2);
  }

  @Test
  default void keeps_everything_an_event_says() {
    Event full =
        Event.of("agent.completed", json(7))
            .withId("event-7")
            .withCorrelation("correlation-7")
            .withAgent("agent-7")
            .at(LONG_AGO);
    Event bare = Event.of("bare", json(8)).at(LONG_AGO);
    Await.value(log().append(batch(any(JOB, full, bare))));

    List<RecordedEvent> read = Await.all(log().read(EventQuery.job(JOB)));

    assertThat(read).extracting(RecordedEvent::event).containsExactly(full, bare);
    assertThat(read).extracting(RecordedEvent::job).containsOnly(JOB);
  }

  @Test
  default void the_caller_may_choose_any_time_and_order_does_not_follow_it() {
    List<Instant> times =
        List.of(
            Instant.parse("2026-02-28T23:59:59.999999Z"),
            Instant.parse("2019-12-31T23:59:59.999999Z"),
            Instant.parse("2020-01-01T00:00:00Z"),
            Instant.parse("2031-07-15T12:00:00.000001Z"),
            LONG_AGO);
    List<Event> events = times.stream().map(time -> event(1).at(time)).toList();
    Await.value(log().append(JOB, ExpectedVersion.none(), events));

    assertThat(everything())
        .extracting(RecordedEvent::createdAt)
        .as("in the order of the append, to the microsecond")
        .isEqualTo(times);
  }

  @Test
  default void the_storage_sets_the_time_that_the_caller_leaves_open() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(1)));

    RecordedEvent event = Await.all(log().read(EventQuery.job(JOB))).get(0);
    assertThat(event.createdAt()).isCloseTo(Instant.now(), within(5, ChronoUnit.MINUTES));
    assertThat(event.createdAt())
        .as("cut to microseconds")
        .isEqualTo(event.createdAt().truncatedTo(ChronoUnit.MICROS));
  }

  @Test
  default void takes_the_largest_batch_whole() {
    EventBatch batch = EventBatch.of(JOB, ExpectedVersion.none(), events(EventBatch.EVENTS_MAX));
    AppendResult result = Await.value(log().append(batch));
    AppendResult again = Await.value(log().append(batch));

    assertThat(result.events()).hasSize(EventBatch.EVENTS_MAX);
    assertThat(result.last().version()).isEqualTo(EventBatch.EVENTS_MAX);
    assertThat(again.repeated()).isTrue();
    assertThat(again.events()).isEqualTo(result.events());
    assertThat(everything()).hasSize(EventBatch.EVENTS_MAX);
  }

  @Test
  default void a_batch_of_very_many_jobs_is_one_append() {
    JobEvents[] parts = new JobEvents[1_000];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = any(new JobId("wide-" + i), event(i));
    }
    EventBatch batch = batch(parts);
    AppendResult result = Await.value(log().append(batch));

    assertThat(result.events()).extracting(Appended::version).containsOnly(1L);
    assertThat(Await.value(log().append(batch)).events()).isEqualTo(result.events());
    assertThat(everything()).hasSize(parts.length);
  }
}
