package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvents;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One append on its way through a lane, told exactly once how it has ended: by who has written it,
 * or, if that takes too long, by who closes the lane.
 */
abstract class AppendRequest {

  /** What an event takes beside its data, about. */
  private static final int EVENT_BYTES = 128;

  private final EventBatch batch;
  private final int events;
  private final long bytes;
  private final long arrivedNanos = System.nanoTime();
  private final AtomicBoolean told = new AtomicBoolean();

  AppendRequest(EventBatch batch) {
    this.batch = batch;
    int count = 0;
    long size = 0;
    for (JobEvents part : batch.parts()) {
      count += part.events().size();
      for (Event event : part.events()) {
        size += event.data().sizeBytes() + EVENT_BYTES;
      }
    }
    this.events = count;
    this.bytes = size;
  }

  final EventBatch batch() {
    return batch;
  }

  final List<JobId> jobs() {
    return batch.parts().stream().map(JobEvents::job).toList();
  }

  /** Why one that is not wanted any more ends. */
  static UnavailableException unwanted() {
    return new UnavailableException("What came before it has failed: nothing was written");
  }

  final int events() {
    return events;
  }

  final long bytes() {
    return bytes;
  }

  final long waitedNanos() {
    return System.nanoTime() - arrivedNanos;
  }

  /** False once nobody wants it any more: it is then not sent. */
  abstract boolean isWanted();

  /** True if it must not be passed by a later one to the same jobs. */
  abstract boolean keepsItsTurn();

  /** False if it is enough to know the highest position. */
  abstract boolean needsPlaces();

  /** Its events are committed. */
  final void written(Places places) {
    if (told.compareAndSet(false, true)) {
      tellWritten(places);
    }
  }

  /** It is answered without having been written here and now. */
  final void answered(AppendResult result) {
    if (told.compareAndSet(false, true)) {
      tellAnswered(result);
    }
  }

  final void failed(Throwable error) {
    if (told.compareAndSet(false, true)) {
      tellFailed(error);
    }
  }

  abstract void tellWritten(Places places);

  abstract void tellAnswered(AppendResult result);

  abstract void tellFailed(Throwable error);
}
