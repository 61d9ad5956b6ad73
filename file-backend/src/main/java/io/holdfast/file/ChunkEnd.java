package io.holdfast.file;

import io.holdfast.event.JobEvent;

/** Ends a chunk of a bulk append when it has many events, or many bytes. One a subscription. */
final class ChunkEnd {

  private static final int EVENTS_MAX = 5_000;
  private static final long BYTES_MAX = 8 << 20;

  private int events;
  private long bytes;

  boolean test(JobEvent event) {
    events++;
    bytes += event.event().data().sizeBytes();
    if (events < EVENTS_MAX && bytes < BYTES_MAX) {
      return false;
    }
    events = 0;
    bytes = 0;
    return true;
  }
}
