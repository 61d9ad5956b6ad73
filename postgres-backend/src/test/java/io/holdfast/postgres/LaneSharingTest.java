package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;

/** How two lanes share what there is to write; the writer is a gate that the test opens. */
class LaneSharingTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final GatedWriter writer = new GatedWriter();
  private final AppendLanes lanes =
      new AppendLanes(2, new AppendLimits(1_000, 10_000_000, Duration.ofMinutes(10)), writer);
  private final JobId one = jobOf(0);
  private final JobId other = jobOf(1);

  private JobId jobOf(int lane) {
    return IntStream.range(0, 100)
        .mapToObj(n -> new JobId("job-" + n))
        .filter(job -> lanes.laneOf(job) == lane)
        .findFirst()
        .orElseThrow();
  }

  private StepVerifier append(JobId job, int events) {
    List<Event> all = Collections.nCopies(events, Event.of("t", Json.EMPTY));
    return StepVerifier.create(lanes.append(EventBatch.of(job, ExpectedVersion.any(), all)))
        .expectNextCount(1)
        .expectComplete()
        .verifyLater();
  }

  @AfterEach
  void close() {
    writer.openAll();
    lanes.close().block(PATIENCE);
  }

  @Test
  void a_lane_that_has_nothing_to_do_holds_up_no_other() {
    for (int round = 0; round < 6; round++) {
      StepVerifier next = append(round % 2 == 0 ? one : other, 1);
      assertThat(writer.groups()).hasSize(round + 1);
      writer.open(round);
      next.verify(PATIENCE);
    }
  }

  @Test
  void while_there_is_little_one_lane_takes_along_what_waits_in_the_other() {
    StepVerifier first = append(one, 1);
    StepVerifier second = append(other, 1);
    StepVerifier third = append(one, 1);

    assertThat(writer.groups()).as("the other lane waits").hasSize(1);
    writer.open(0);
    first.verify(PATIENCE);
    assertThat(writer.groups()).hasSize(2);
    assertThat(writer.groups().get(1)).as("of both lanes").hasSize(2);
    StepVerifier fourth = append(other, 1);
    assertThat(writer.groups()).as("its jobs are being written").hasSize(2);
    writer.open(1);
    second.verify(PATIENCE);
    third.verify(PATIENCE);
    writer.open(2);
    fourth.verify(PATIENCE);
  }

  @Test
  void when_there_is_much_the_lanes_write_side_by_side() {
    StepVerifier first = append(one, 1);
    StepVerifier second = append(other, 60);
    assertThat(writer.groups()).hasSize(1);
    StepVerifier third = append(other, 60);

    assertThat(writer.groups()).as("both at once").hasSize(2);
    assertThat(writer.groups().get(1)).hasSize(2);
    StepVerifier fourth = append(one, 60);
    StepVerifier fifth = append(other, 60);
    writer.open(0);
    first.verify(PATIENCE);
    assertThat(writer.groups()).as("each its own").hasSize(3);
    writer.open(1);
    second.verify(PATIENCE);
    third.verify(PATIENCE);
    assertThat(writer.groups()).as("much holds up nobody").hasSize(4);
    writer.open(2);
    fourth.verify(PATIENCE);
    writer.open(3);
    fifth.verify(PATIENCE);
  }

  @Test
  void who_was_held_up_goes_on_when_much_comes_for_the_lane_that_writes() {
    StepVerifier first = append(one, 1);
    StepVerifier second = append(other, 1);
    StepVerifier third = append(one, 70);

    assertThat(writer.groups()).as("the other need not wait any more").hasSize(2);
    writer.open(1);
    second.verify(PATIENCE);
    writer.open(0);
    first.verify(PATIENCE);
    writer.open(2);
    third.verify(PATIENCE);
  }

  @Test
  void a_chunk_of_a_bulk_append_holds_up_nobody() {
    StepVerifier bulk =
        StepVerifier.create(
                BulkAppend.run(lanes, Flux.just(new JobEvent(one, Event.of("t", Json.EMPTY)))))
            .expectNextCount(1)
            .expectComplete()
            .verifyLater();
    StepVerifier single = append(other, 1);

    assertThat(writer.groups()).hasSize(2);
    writer.open(1);
    single.verify(PATIENCE);
    writer.open(0);
    bulk.verify(PATIENCE);
  }

  @Test
  void who_was_held_up_by_little_goes_on_when_there_is_much() {
    StepVerifier first = append(one, 1);
    StepVerifier second = append(other, 1);
    writer.open(0);
    first.verify(PATIENCE);
    StepVerifier third = append(other, 70);
    StepVerifier fourth = append(one, 40);

    assertThat(writer.groups()).as("one lane writes for both").hasSize(2);
    writer.open(1);
    second.verify(PATIENCE);
    assertThat(writer.groups()).as("then each its own").hasSize(4);
    writer.open(2);
    writer.open(3);
    third.verify(PATIENCE);
    fourth.verify(PATIENCE);
  }
}
