package io.holdfast.migration.report;

import io.holdfast.Position;
import io.holdfast.event.EventFilter;
import io.holdfast.event.EventQuery;
import io.holdfast.event.RecordedEvent;
import io.holdfast.migration.copy.Progress;
import io.holdfast.migration.copy.Summing;
import io.holdfast.migration.copy.Summing.Summed;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Reads events of a storage from their beginning while more are copied into it, so that few are
 * left to be proved when all are copied: writing them keeps one core of the database at work, and
 * this the others. Each is read after its commit, as everybody else would; what somebody else does
 * to it later is not seen. Used once.
 */
final class EventsBehind {

  /** Enough for a chunk or two to arrive. */
  private static final Duration PAUSE = Duration.ofMillis(250);

  private final Function<EventQuery, Flux<RecordedEvent>> log;
  private final int passMax;
  private volatile long copiedAt;
  private volatile boolean allCopied;
  private @Nullable Position last;
  private boolean isLastPass;
  private int inPass;

  /** Of {@code log}, at most {@code passMax} events before it looks whether there are more. */
  EventsBehind(Function<EventQuery, Flux<RecordedEvent>> log, int passMax) {
    this.log = log;
    this.passMax = passMax;
  }

  /** No more will come. */
  void copied() {
    copiedAt = System.nanoTime();
    allCopied = true;
  }

  /** The sum of the events, once all are copied; how long that took from then on. Never empty. */
  Mono<Summed> sum() {
    return Summing.sum(RecordedEvent.KIND, events(), Proof.BATCHES, Progress.Task.SILENT)
        .map(sum -> new Summed(sum, Duration.ofNanos(System.nanoTime() - copiedAt)));
  }

  private Flux<RecordedEvent> events() {
    return Flux.defer(this::pass)
        .doOnNext(this::passed)
        .repeatWhen(ends -> ends.takeWhile(end -> !isEnd()).delayElements(PAUSE));
  }

  private Flux<RecordedEvent> pass() {
    isLastPass = allCopied;
    inPass = 0;
    EventQuery all = EventQuery.forward(EventFilter.all()).limit(passMax);
    Position from = last;
    return log.apply(from == null ? all : all.from(from));
  }

  private void passed(RecordedEvent event) {
    last = event.position();
    inPass++;
  }

  /** A pass that begins when all are copied sees all, if it is let. */
  private boolean isEnd() {
    return isLastPass && inPass < passMax;
  }
}
