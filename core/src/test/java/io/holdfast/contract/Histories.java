package io.holdfast.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.JobId;
import io.holdfast.Position;
import io.holdfast.event.RecordedEvent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What holds for every list of events that was read by position. */
final class Histories {

  private Histories() {}

  /** Each position lies strictly behind the one before. */
  static void requireRising(List<RecordedEvent> read) {
    for (int i = 1; i < read.size(); i++) {
      Position before = read.get(i - 1).position();
      Position here = read.get(i).position();
      assertThat(isBehind(here, before))
          .as("event %s at %s comes after %s", i, here, before)
          .isTrue();
    }
  }

  /** Rising positions, and in each job the versions 1, 2, 3 without a hole or a repetition. */
  static void requireWhole(List<RecordedEvent> read) {
    requireRising(read);
    Map<JobId, Long> versions = new HashMap<>();
    for (RecordedEvent event : read) {
      long next = versions.merge(event.job(), 1L, Long::sum);
      assertThat(event.version()).as("next version of %s", event.job()).isEqualTo(next);
    }
  }

  static boolean isBehind(Position later, Position earlier) {
    return later.covers(earlier) && !earlier.covers(later);
  }
}
