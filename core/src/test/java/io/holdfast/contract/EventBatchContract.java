package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.ConflictException;
import io.holdfast.JobId;
import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.BatchId;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Batches: their order, their repetition, their limits. */
public interface EventBatchContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> everything() {
    return Await.all(log().read(EventQuery.forward(EventFilter.all()).limit(100_000)));
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
