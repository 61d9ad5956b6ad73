package io.holdfast.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Json;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvents;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which batches can be written without judging each. */
class ChainTest {

  private static EventBatch batch(JobEvents... parts) {
    return new EventBatch(BatchId.unique(), List.of(parts));
  }

  private static JobEvents part(String job, ExpectedVersion expected, int events) {
    return new JobEvents(
        new JobId(job), expected, Collections.nCopies(events, Event.of("t", Json.EMPTY)));
  }

  @Test
  void each_batch_begins_where_the_one_before_has_ended() {
    Chain chain =
        Chain.of(
                List.of(
                    batch(part("a", ExpectedVersion.any(), 2)),
                    batch(
                        part("b", ExpectedVersion.exactly(7), 1),
                        part("a", ExpectedVersion.any(), 3)),
                    batch(part("b", ExpectedVersion.exactly(8), 1))))
            .orElseThrow();

    assertThat(chain.links().stream().map(Chain.Link::events)).containsExactly(5L, 2L);
    assertThat(chain.links().stream().map(Chain.Link::expected)).containsExactly(-1L, 7L);
    assertThat(chain.before(Numbers.of(10, 7)))
        .extracting(Numbers::toString)
        .containsExactly("{10}", "{7,12}", "{8}");
  }

  @Test
  void a_version_that_depends_on_where_the_job_is_has_to_be_judged() {
    assertThat(
            Chain.of(
                List.of(
                    batch(part("a", ExpectedVersion.any(), 1)),
                    batch(part("a", ExpectedVersion.exactly(1), 1)))))
        .isEmpty();
  }

  @Test
  void a_conflict_within_the_group_has_to_be_judged() {
    assertThat(
            Chain.of(
                List.of(
                    batch(part("a", ExpectedVersion.none(), 1)),
                    batch(part("a", ExpectedVersion.none(), 1)))))
        .isEmpty();
  }

  @Test
  void a_batch_that_is_there_twice_has_to_be_judged() {
    EventBatch twice = batch(part("a", ExpectedVersion.any(), 1));

    assertThat(Chain.of(List.of(twice, twice))).isEmpty();
  }
}
