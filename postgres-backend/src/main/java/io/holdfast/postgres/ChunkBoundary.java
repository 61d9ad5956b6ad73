package io.holdfast.postgres;

import io.holdfast.event.JobEvent;
import java.util.function.Predicate;

/** Ends a chunk, which all lanes share, when it has enough events or bytes. One a subscription. */
final class ChunkBoundary implements Predicate<JobEvent> {

  private static final int EVENTS = 20_000;
  private static final long BYTES = 16L * 1024 * 1024;

  private int events;
  private long bytes;

  @Override
  public boolean test(JobEvent event) {
    events++;
    bytes += event.event().data().sizeBytes();
    if (events < EVENTS && bytes < BYTES) {
      return false;
    }
    events = 0;
    bytes = 0;
    return true;
  }
}
