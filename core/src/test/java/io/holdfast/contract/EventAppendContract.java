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
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Appending: versions, positions, conditions, and what is kept. */
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
}
