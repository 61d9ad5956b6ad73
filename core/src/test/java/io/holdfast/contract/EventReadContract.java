package io.holdfast.contract;

import static io.holdfast.contract.Samples.JOB;
import static io.holdfast.contract.Samples.LONG_AGO;
import static io.holdfast.contract.Samples.event;
import static io.holdfast.contract.Samples.events;
import static io.holdfast.contract.Samples.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.Json;
import io.holdfast.Position;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventLog;
import io.holdfast.event.EventQuery;
import io.holdfast.event.EventStats;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** Reading: orders, starts, limits, demand, numbers. */
public interface EventReadContract extends StorageContract {

  private EventLog log() {
    return storage().events();
  }

  private List<RecordedEvent> read(EventQuery query) {
    return Await.all(log().read(query));
  }

  /** Thirty events of three jobs in turn. */
  private List<RecordedEvent> thirty() {
    for (int i = 0; i < 30; i++) {
      Await.value(log().append(job(i % 3), ExpectedVersion.any(), List.of(event(i))));
    }
    List<RecordedEvent> all = read(EventQuery.forward(EventFilter.all()));
    assertThat(all).hasSize(30);
    return all;
  }

  @Test
  default void forward_is_the_order_of_the_appends() {
    assertThat(thirty())
        .extracting(recorded -> Samples.number(recorded.data()))
        .isEqualTo(IntStream.range(0, 30).boxed().toList());
  }

  @Test
  default void backward_is_forward_reversed() {
    List<RecordedEvent> expected = new ArrayList<>(thirty());
    Collections.reverse(expected);

    assertThat(read(EventQuery.backward(EventFilter.all()))).isEqualTo(expected);
  }

  @Test
  default void emits_no_more_than_the_limit() {
    List<RecordedEvent> all = thirty();

    assertThat(read(EventQuery.forward(EventFilter.all()).limit(1))).isEqualTo(all.subList(0, 1));
    assertThat(read(EventQuery.forward(EventFilter.all()).limit(7))).isEqualTo(all.subList(0, 7));
    assertThat(read(EventQuery.backward(EventFilter.all()).limit(7)))
        .as("the newest seven, newest first")
        .containsExactlyElementsOf(reversed(all).subList(0, 7));
    assertThat(read(EventQuery.job(job(1)).limit(2)))
        .extracting(RecordedEvent::version)
        .containsExactly(1L, 2L);
    assertThat(read(EventQuery.forward(EventFilter.all()).limit(EventQuery.LIMIT_MAX)))
        .as("ends where the log ends")
        .isEqualTo(all);
  }

  @Test
  default void a_limit_counts_matches_only() {
    thirty();

    List<RecordedEvent> found = read(EventQuery.forward(EventFilter.job(job(2))).limit(5));
    assertThat(found).hasSize(5).extracting(RecordedEvent::job).containsOnly(job(2));
  }

  @Test
  default void starts_behind_or_before_a_position() {
    List<RecordedEvent> all = thirty();
    Position tenth = all.get(9).position();

    assertThat(read(EventQuery.forward(EventFilter.all()).from(tenth)))
        .as("behind it, without it")
        .isEqualTo(all.subList(10, 30));
    assertThat(read(EventQuery.backward(EventFilter.all()).from(tenth)))
        .as("before it, without it")
        .isEqualTo(reversed(all.subList(0, 9)));
    assertThat(read(EventQuery.forward(EventFilter.all()).from(Position.BEGINNING))).isEqualTo(all);
    assertThat(read(EventQuery.forward(EventFilter.all()).from(all.get(29).position())))
        .as("behind the last one there is nothing")
        .isEmpty();
    assertThat(read(EventQuery.backward(EventFilter.all()).from(all.get(0).position())))
        .as("before the first one there is nothing")
        .isEmpty();
  }

  @Test
  default void pages_by_position_without_gap_or_duplicate_in_both_directions() {
    List<RecordedEvent> all = thirty();

    assertThat(pages(EventQuery.forward(EventFilter.all()).limit(7))).isEqualTo(all);
    assertThat(pages(EventQuery.backward(EventFilter.all()).limit(7))).isEqualTo(reversed(all));
  }

  @Test
  default void reads_one_job_by_version() {
    thirty();

    assertThat(read(EventQuery.job(job(1))))
        .extracting(RecordedEvent::version)
        .containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
    assertThat(read(EventQuery.job(job(1)).fromVersion(8)))
        .as("starts with the version asked for")
        .extracting(RecordedEvent::version)
        .containsExactly(8L, 9L, 10L);
    assertThat(read(EventQuery.job(job(1)).fromVersion(4).limit(2)))
        .extracting(RecordedEvent::version)
        .containsExactly(4L, 5L);
    assertThat(read(EventQuery.job(job(1)).fromVersion(11))).isEmpty();
    assertThat(read(EventQuery.job(job(9)))).as("a job without events").isEmpty();
  }

  @Test
  default void version_order_is_position_order_within_a_job() {
    List<RecordedEvent> all = thirty();

    assertThat(read(EventQuery.job(job(0))))
        .isEqualTo(all.stream().filter(event -> event.job().equals(job(0))).toList());
  }

  @Test
  default void emits_no_more_than_asked_for_and_reads_on_when_asked_again() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(2_500)));
    Flux<RecordedEvent> read = log().read(EventQuery.forward(EventFilter.all()).limit(10_000));

    StepVerifier.create(read.map(RecordedEvent::version), 0)
        .expectSubscription()
        .thenRequest(2)
        .expectNext(1L, 2L)
        .thenRequest(1)
        .expectNext(3L)
        .thenRequest(1_500)
        .expectNextCount(1_500)
        .thenRequest(Long.MAX_VALUE)
        .expectNext(1_504L)
        .expectNextCount(995)
        .expectNext(2_500L)
        .verifyComplete();
  }

  @Test
  default void a_reader_that_waits_holds_up_nobody() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(2_500)));
    Flux<RecordedEvent> read = log().read(EventQuery.forward(EventFilter.all()).limit(10_000));

    StepVerifier.create(read, 0)
        .thenRequest(1)
        .expectNextCount(1)
        .then(() -> Race.allWin(64, i -> log().append(JOB, ExpectedVersion.any(), events(1))))
        .thenRequest(2_499)
        .expectNextCount(2_499)
        .thenCancel()
        .verify();
    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(2_564);
  }

  @Test
  default void stats_put_a_job_in_numbers() {
    Await.value(
        log()
            .append(
                JOB,
                ExpectedVersion.none(),
                List.of(
                    result("done", "{\"success\":true}").at(LONG_AGO.plusSeconds(60)),
                    result("done", "{\"success\":true,\"n\":1}").at(LONG_AGO),
                    result("done", "{\"success\":false}").at(LONG_AGO.plusSeconds(90)),
                    result("step", "{\"success\":\"true\"}").at(LONG_AGO.plusSeconds(30)),
                    result("step", "{\"inner\":{\"success\":true}}").at(LONG_AGO.plusSeconds(30)),
                    result("odd", "[{\"success\":true}]").at(LONG_AGO.plusSeconds(30)))));
    Await.value(log().append(job(2), ExpectedVersion.none(), events(9)));

    EventStats stats = Await.value(log().stats(JOB));

    assertThat(stats.total()).isEqualTo(6);
    assertThat(stats.byType()).isEqualTo(Map.of("done", 3L, "step", 2L, "odd", 1L));
    assertThat(stats.succeeded()).as("a boolean true at the top, nothing else").isEqualTo(2);
    assertThat(stats.failed()).isEqualTo(1);
    assertThat(stats.first()).as("the earliest, not the first appended").isEqualTo(LONG_AGO);
    assertThat(stats.last()).isEqualTo(LONG_AGO.plusSeconds(90));
  }

  @Test
  default void stats_of_a_job_without_events_are_zero() {
    Await.value(log().append(JOB, ExpectedVersion.none(), events(1)));

    EventStats stats = Await.value(log().stats(job(99)));
    assertThat(stats).isEqualTo(new EventStats(0, Map.of(), 0, 0, null, null));
  }

  @Test
  default void count_is_the_number_of_matches() {
    thirty();

    assertThat(Await.value(log().count(EventFilter.all()))).isEqualTo(30);
    assertThat(Await.value(log().count(EventFilter.job(job(1))))).isEqualTo(10);
    assertThat(Await.value(log().count(EventFilter.all().withTypes("other")))).isZero();
  }

  private List<RecordedEvent> pages(EventQuery first) {
    List<RecordedEvent> all = new ArrayList<>();
    List<RecordedEvent> page = read(first);
    while (!page.isEmpty()) {
      all.addAll(page);
      page = read(first.from(all.get(all.size() - 1).position()));
    }
    return all;
  }

  private static Event result(String type, String data) {
    return Event.of(type, Json.of(data));
  }

  private static <T> List<T> reversed(List<T> list) {
    List<T> reversed = new ArrayList<>(list);
    Collections.reverse(reversed);
    return reversed;
  }
}
