package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.test.StepVerifier;

/** How appends wait for each other; the writer is a gate that the test opens. */
class AppendLanesTest {

  private static final Duration LONG = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final GatedWriter writer = new GatedWriter();
  private AppendLanes lanes = lanes(new AppendLimits(100, 1_000_000, LONG));

  private AppendLanes lanes(AppendLimits limits) {
    return new AppendLanes(1, limits, writer);
  }

  @AfterEach
  void close() {
    writer.openAll();
    lanes.close().block(PATIENCE);
  }

  private StepVerifier start(String job) {
    return StepVerifier.create(lanes.append(batch(job))).expectNextCount(1).expectComplete();
  }

  private static EventBatch batch(String job) {
    return EventBatch.of(new JobId(job), ExpectedVersion.any(), List.of(Event.of("t", Json.EMPTY)));
  }

  @Test
  void an_idle_lane_sends_at_once_and_gathers_while_it_writes() {
    StepVerifier first = start("a").verifyLater();
    List<StepVerifier> others = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      others.add(start("b").verifyLater());
    }

    assertThat(writer.groups()).as("nobody waits for company").hasSize(1);
    writer.open(0);
    first.verify(PATIENCE);
    assertThat(writer.groups()).hasSize(2);
    assertThat(writer.groups().get(1)).as("all that came meanwhile").hasSize(10);
    writer.open(1);
    others.forEach(other -> other.verify(PATIENCE));
  }

  @Test
  void a_caller_that_gives_up_before_it_is_sent_is_not_sent() {
    StepVerifier first = start("a").verifyLater();
    StepVerifier.create(lanes.append(batch("b"))).thenCancel().verify(PATIENCE);
    StepVerifier third = start("c").verifyLater();

    writer.open(0);
    first.verify(PATIENCE);
    assertThat(writer.groups().get(1)).hasSize(1);
    writer.open(1);
    third.verify(PATIENCE);
  }

  @Test
  void a_caller_that_gives_up_after_it_was_sent_disturbs_nobody() {
    StepVerifier first = start("a").verifyLater();
    StepVerifier.create(lanes.append(batch("b")))
        .then(() -> writer.open(0))
        .thenCancel()
        .verify(PATIENCE);
    first.verify(PATIENCE);

    writer.open(1);
    StepVerifier third = start("c").verifyLater();
    writer.open(2);
    third.verify(PATIENCE);
  }

  @Test
  void an_append_to_a_job_that_another_holds_is_out_of_the_way_of_the_rest() {
    StepVerifier waiting = start("held").verifyLater();
    StepVerifier other = start("a").verifyLater();

    assertThat(writer.groups())
        .as("one waits for the other transaction, one is written")
        .hasSize(2);
    writer.open(1);
    other.verify(PATIENCE);
    writer.open(0);
    waiting.verify(PATIENCE);
  }

  @Test
  void who_finds_it_full_waits_and_comes_in_when_there_is_room() {
    lanes.close().block(PATIENCE);
    lanes = lanes(new AppendLimits(2, 1_000_000, LONG));
    List<StepVerifier> callers = new ArrayList<>();
    for (int n = 0; n < 5; n++) {
      callers.add(start("job").verifyLater());
    }

    writer.open(0);
    assertThat(writer.groups().get(1))
        .as("one was inside, another has come in")
        .hasSizeBetween(1, 2);
    for (int n = 1; n < writer.groups().size(); n++) {
      writer.open(n);
    }
    callers.forEach(caller -> caller.verify(PATIENCE));
    assertThat(writer.groups().stream().mapToInt(List::size).sum()).isEqualTo(5);
    assertThat(writer.groups()).allSatisfy(group -> assertThat(group).hasSizeLessThanOrEqualTo(2));
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
    writer.open(0);
    first.verify(PATIENCE);
    assertThat(writer.groups()).hasSize(1);
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
    writer.open(0);
    first.verify(PATIENCE);
    closed.verify(PATIENCE);
    StepVerifier.create(lanes.append(batch("c")))
        .expectError(UnavailableException.class)
        .verify(PATIENCE);
  }

  @Test
  void closing_tells_what_takes_too_long_that_its_outcome_is_unknown() {
    StepVerifier waiting = unknown("held").verifyLater();
    StepVerifier writing = unknown("a").verifyLater();

    StepVerifier.withVirtualTime(lanes::close)
        .thenAwait(Duration.ofSeconds(10))
        .expectComplete()
        .verify(PATIENCE);

    writing.verify(PATIENCE);
    waiting.verify(PATIENCE);
    writer.openAll();
  }

  private StepVerifier unknown(String job) {
    return StepVerifier.create(lanes.append(batch(job)))
        .expectErrorMatches(
            error ->
                error instanceof UnavailableException
                    && error.getMessage().contains("outcome is unknown"));
  }

  @Test
  void a_result_is_what_the_writer_says() {
    StepVerifier caller =
        StepVerifier.create(lanes.append(batch("a")).map(AppendResult::last))
            .assertNext(last -> assertThat(last.version()).isEqualTo(1))
            .expectComplete()
            .verifyLater();
    writer.open(0);
    caller.verify(PATIENCE);
  }
}
