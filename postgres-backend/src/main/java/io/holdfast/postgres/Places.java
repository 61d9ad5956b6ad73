package io.holdfast.postgres;

import io.holdfast.event.AppendResult;
import io.holdfast.event.AppendResult.Appended;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the events of one batch went, as plain numbers: a chunk of thousands needs no object each.
 *
 * @param before each part's version before it
 * @param positions those of the whole group; none if nobody needs them all
 * @param from where this batch's begin
 * @param highest the highest one, if there are none
 */
record Places(Numbers before, Numbers positions, int from, long highest) {

  AppendResult result(EventBatch batch, boolean repeated) {
    List<Appended> events = new ArrayList<>(batch.size());
    int next = from;
    for (int part = 0; part < before.size(); part++) {
      JobEvents whole = batch.parts().get(part);
      for (int n = 1; n <= whole.events().size(); n++) {
        events.add(
            new Appended(whole.job(), before.get(part) + n, Positions.of(positions.get(next++))));
      }
    }
    return new AppendResult(events, repeated);
  }

  /** The highest position of {@code events} events. */
  long last(int events) {
    return positions.size() == 0 ? highest : positions.get(from + events - 1);
  }
}
