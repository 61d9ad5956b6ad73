package io.holdfast.event;

import io.holdfast.JobId;
import io.holdfast.Position;
import java.util.List;

/**
 * Where the events of a batch went.
 *
 * @param events one for each event, in the order of the batch
 * @param repeated true if the batch had been appended before, and this is the first result again
 */
public record AppendResult(List<Appended> events, boolean repeated) {

  /**
   * Where one event went.
   *
   * @param position of a repeated batch whose month was archived or dropped since, {@link
   *     Position#BEGINNING} where the storage does not know any more
   */
  public record Appended(JobId job, long version, Position position) {}

  /** Copies the list. */
  public AppendResult {
    events = List.copyOf(events);
  }

  /** Where the last event went. */
  public Appended last() {
    return events.get(events.size() - 1);
  }
}
