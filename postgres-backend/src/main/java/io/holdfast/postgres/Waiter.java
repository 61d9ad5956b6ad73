package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.RecordedEvent;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.MonoSink;

/** One subscription that waits at the head. */
final class Waiter {

  private final Reading reading;
  private final MonoSink<List<RecordedEvent>> woken;

  Waiter(Reading reading, MonoSink<List<RecordedEvent>> woken) {
    this.reading = reading;
    this.woken = woken;
  }

  Set<JobId> jobs() {
    return reading.filter().jobs();
  }

  Reading reading() {
    return reading;
  }

  /** There is something to look at behind {@code position}, and nothing before that. */
  void wake(long position) {
    reading.waits(false);
    reading.nothingUpTo(position);
    woken.success(List.of());
  }
}
