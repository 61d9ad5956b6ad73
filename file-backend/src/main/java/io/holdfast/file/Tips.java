package io.holdfast.file;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Wakes the subscribers of this process: how far events are visible, the latest first. Wake-ups
 * that come faster than they are handed out become one.
 */
final class Tips {

  private final Disk disk;
  private final LongSupplier position;
  private final Sinks.Many<Long> sink = Sinks.many().replay().latest();
  private final AtomicBoolean scheduled = new AtomicBoolean();
  private long told = -1;

  Tips(Disk disk, LongSupplier position) {
    this.disk = disk;
    this.position = position;
  }

  /** Never completes; fails when the storage is closed. */
  Flux<Long> live() {
    return sink.asFlux();
  }

  /** There may be more to see. */
  void signal() {
    if (scheduled.compareAndSet(false, true) && !disk.onReader(this::tell)) {
      scheduled.set(false);
    }
  }

  private synchronized void tell() {
    scheduled.set(false);
    long now = position.getAsLong();
    if (now > told) {
      told = now;
      sink.emitNext(now, Sinks.EmitFailureHandler.FAIL_FAST);
    }
  }

  synchronized void close() {
    sink.emitError(disk.closed(), Sinks.EmitFailureHandler.FAIL_FAST);
  }
}
