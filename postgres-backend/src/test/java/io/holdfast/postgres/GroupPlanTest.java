package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import io.holdfast.event.RecordedEvent;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a group has done with the positions it has drawn. */
class GroupPlanTest {

  private static final long NOW_MICROS = 820_000_000_000_000L;
  private static final JobId A = new JobId("a");
  private static final JobId B = new JobId("b");
  private static final JobId C = new JobId("c");

  @Test
  void positions_of_batches_that_are_not_written_stay_empty_and_shift_nothing() {
    List<EventBatch> batches =
        List.of(
            batch("1", A, ExpectedVersion.any(), 2),
            batch("refused", A, ExpectedVersion.exactly(2), 3),
            batch("held", C, ExpectedVersion.any(), 1),
            batch("1", A, ExpectedVersion.any(), 2),
            batch("2", B, ExpectedVersion.any(), 1));
    GroupPlan plan =
        GroupPlan.of(
            new AskedGroup(batches, List.of(A, B, C), 9),
            new GroupPlan.Seen(
                Numbers.of(5, 0, GroupVerdict.HELD),
                Numbers.of(11, 12, 13, 14, 15, 16, 17, 18, 20),
                Numbers.NONE,
                NOW_MICROS,
                10));

    List<OwnRun> runs = plan.ownRuns();

    assertThat(runs).hasSize(2);
    assertThat(runs.get(0).first()).isEqualTo(11);
    assertThat(runs.get(0).last()).isEqualTo(18);
    assertThat(runs.get(0).events()).containsExactly(recorded(11, A, 6), recorded(12, A, 7));
    assertThat(runs.get(1).events()).containsExactly(recorded(20, B, 1));
  }

  private static EventBatch batch(String id, JobId job, ExpectedVersion expected, int events) {
    return new EventBatch(
        new BatchId(id),
        List.of(
            new JobEvents(job, expected, Collections.nCopies(events, Event.of("t", Json.EMPTY)))));
  }

  private static RecordedEvent recorded(long position, JobId job, long version) {
    return new RecordedEvent(
        Positions.of(position),
        job,
        version,
        Event.of("t", Json.EMPTY).at(CopyRow.time(NOW_MICROS)));
  }
}
