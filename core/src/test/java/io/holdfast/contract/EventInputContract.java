package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.any;
import static io.holdfast.contract.Samples.batch;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.SoftAssertions.assertSoftly;

import io.holdfast.InvalidInputException;
import io.holdfast.Position;
import io.holdfast.event.EventBatch;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** Queries, batches and positions out of range. */
public interface EventInputContract extends StorageContract {

  private void requireWorks() {
    Await.value(storage().events().append(JOB, ExpectedVersion.any(), List.of(event(1))));
    assertThat(Await.all(storage().events().read(EventQuery.job(JOB)))).isNotEmpty();
  }

  private static void requireRefused(Map<String, Supplier<Object>> builders) {
    assertSoftly(
        softly ->
            builders.forEach(
                (what, build) ->
                    softly
                        .assertThatThrownBy(build::get, what)
                        .isInstanceOf(InvalidInputException.class)));
  }

  @Test
  default void event_queries_out_of_range_are_refused() {
    EventQuery query = EventQuery.forward(EventFilter.all());
    requireRefused(
        Map.of(
            "limit 0", () -> query.limit(0),
            "limit -1", () -> query.limit(-1),
            "limit too big", () -> query.limit(EventQuery.LIMIT_MAX + 1),
            "version 0", () -> query.fromVersion(0),
            "version -1", () -> query.fromVersion(Long.MIN_VALUE),
            "version order of all jobs",
                () -> new EventQuery(EventFilter.all(), EventQuery.Order.VERSION, null, 1, 1),
            "version order of two jobs",
                () ->
                    new EventQuery(
                        EventFilter.all().withJobs(Set.of(JOB, Samples.job(2))),
                        EventQuery.Order.VERSION,
                        null,
                        1,
                        1)));
    requireWorks();
  }

  @Test
  default void batches_out_of_range_are_refused() {
    requireRefused(
        Map.of(
            "no parts", () -> batch(),
            "no events", () -> any(JOB),
            "one job twice", () -> batch(any(JOB, event(1)), any(JOB, event(2))),
            "too many events",
                () ->
                    batch(
                        new JobEvents(
                            JOB, ExpectedVersion.any(), events(EventBatch.EVENTS_MAX + 1))),
            "negative version", () -> ExpectedVersion.exactly(-1)));
    requireWorks();
  }

  @Test
  default void positions_that_are_none_are_refused() {
    List<String> illegal =
        List.of(
            "",
            " ",
            "-1",
            "+1",
            "1.5",
            "1e3",
            "abc",
            " 1",
            "1 ",
            "\u0661",
            "9".repeat(19),
            "a:",
            ":1",
            "a:1,",
            "a:1:2",
            "A:1",
            "a:1;b:2",
            "'; DROP TABLE events; --");
    assertSoftly(
        softly -> {
          for (String text : illegal) {
            softly
                .assertThatThrownBy(() -> new Position(text), "'%s'", text)
                .isInstanceOf(InvalidInputException.class);
          }
        });
    requireWorks();
  }
}
