package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventFilter;
import io.holdfast.event.RecordedEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Who is woken by what. */
class WaitersTest {

  private final Waiters waiters = new Waiters();

  @Test
  void an_event_wakes_those_that_wait_for_its_job_and_those_that_wait_for_any() {
    Waiter one = waiter(job(1));
    Waiter another = waiter(job(1));
    Waiter other = waiter(job(2));
    Waiter any = waiter();

    assertThat(waiters.takeFor(events(1))).containsExactlyInAnyOrder(one, another, any);
    assertThat(waiters.takeFor(events(1))).as("they have been woken").isEmpty();
    assertThat(waiters.isEmpty()).isFalse();
    assertThat(waiters.takeFor(events(3, 2))).containsExactly(other);
    assertThat(waiters.isEmpty()).isTrue();
  }

  @Test
  void whoever_waits_for_several_jobs_is_woken_once() {
    Waiter several = waiter(job(1), job(2), job(3));

    assertThat(waiters.takeFor(events(2, 3, 2, 1))).containsExactly(several);
    assertThat(waiters.isEmpty()).isTrue();
  }

  @Test
  void whoever_waits_for_very_many_jobs_is_woken_by_every_page() {
    JobId[] jobs =
        IntStream.rangeClosed(0, Waiters.JOBS_MAX).mapToObj(WaitersTest::job).toArray(JobId[]::new);
    Waiter many = waiter(jobs);

    assertThat(waiters.takeFor(events(1_000))).containsExactly(many);
  }

  @Test
  void nobody_is_woken_by_nothing() {
    Waiter any = waiter();

    assertThat(waiters.takeFor(List.of())).isEmpty();
    assertThat(waiters.isEmpty()).isFalse();
    waiters.remove(any);
    waiters.remove(any);
    assertThat(waiters.isEmpty()).isTrue();
  }

  @Test
  void whoever_has_left_is_not_woken() {
    Waiter leaving = waiter(job(1), job(2));
    Waiter staying = waiter(job(1));
    waiters.remove(leaving);

    assertThat(waiters.takeFor(events(2))).isEmpty();
    assertThat(waiters.takeFor(events(1))).containsExactly(staying);
  }

  private Waiter waiter(JobId... jobs) {
    Reading reading = Reading.behind(EventFilter.all().withJobs(Set.of(jobs)), 0);
    List<Waiter> made = new ArrayList<>();
    var unused =
        Mono.<List<RecordedEvent>>create(sink -> made.add(new Waiter(reading, sink))).subscribe();
    waiters.add(made.get(0));
    return made.get(0);
  }

  private static JobId job(int n) {
    return new JobId("job-" + n);
  }

  private static List<RecordedEvent> events(int... jobs) {
    return IntStream.range(0, jobs.length)
        .mapToObj(
            n ->
                new RecordedEvent(
                    Positions.of(n + 1),
                    job(jobs[n]),
                    1,
                    Event.of("t", Json.EMPTY).at(Instant.EPOCH)))
        .collect(Collectors.toList());
  }
}
