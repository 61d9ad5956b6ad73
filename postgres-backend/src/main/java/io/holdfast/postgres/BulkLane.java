package io.holdfast.postgres;

import io.holdfast.event.EventBatch;
import io.holdfast.event.JobEvent;
import io.holdfast.postgres.BulkAppend.Written;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One lane's share of a bulk append: a chunk that gathers, and those that are on their way. The
 * source and the lane call from different threads; all that they share is behind this lock.
 */
final class BulkLane {

  /** One being written and one that waits, so that the lane need not wait for the source. */
  private static final int UNDER_WAY_MAX = 2;

  /** How many chunks may be written before the first is asked for. */
  private static final int UNTOLD_MAX = 16;

  private final AppendLanes lanes;
  private final Runnable onFailure;
  private final Sinks.Many<Written> results = Sinks.many().unicast().onBackpressureBuffer();
  private final Set<ChunkAppend> underWay = new LinkedHashSet<>();
  private Gathering gathered = new Gathering();
  private int untold;
  private boolean isFinishing;
  private boolean isStopped;
  private Sinks.@Nullable Empty<Void> room;
  private @Nullable Throwable failure;

  /** {@code onFailure} is run once a chunk has failed for good. */
  BulkLane(AppendLanes lanes, Runnable onFailure) {
    this.lanes = lanes;
    this.onFailure = onFailure;
  }

  /** What is written, chunk by chunk; completes, or fails, when nothing is under way any more. */
  Flux<Written> results() {
    return results.asFlux().doOnNext(written -> told());
  }

  synchronized boolean goesOn() {
    return !isStopped;
  }

  /**
   * Empty; completes at once, or when there is room for another event. Never once it has stopped:
   * the source is about to be cancelled, and an endless one would be drained until then.
   */
  Mono<Written> add(JobEvent event) {
    Mono<Written> roomForMore;
    Optional<Runnable> trouble;
    synchronized (this) {
      if (isStopped) {
        return Mono.never();
      }
      gathered.add(event);
      trouble = sendIfDue();
      roomForMore = gathered.isFull() ? waitForRoom() : Mono.empty();
    }
    trouble.ifPresent(Runnable::run);
    return roomForMore;
  }

  private Mono<Written> waitForRoom() {
    Sinks.Empty<Void> next = Sinks.empty();
    room = next;
    return next.asMono().then(Mono.empty());
  }

  /**
   * Under the lock, so that chunks come to the lanes in their order. Never throws, or a lane would
   * take it for a failure of what it has just written; what has gone wrong is to be told once the
   * lock is free.
   */
  private Optional<Runnable> sendIfDue() {
    boolean isDue =
        underWay.isEmpty() || isFinishing || (gathered.isFull() && underWay.size() < UNDER_WAY_MAX);
    if (gathered.isEmpty() || !isDue || untold >= UNTOLD_MAX) {
      return Optional.empty();
    }
    EventBatch batch;
    try {
      batch = gathered.batch();
    } catch (RuntimeException error) {
      breakDown(error);
      return Optional.of(onFailure);
    }
    gathered = new Gathering();
    untold++;
    ChunkAppend chunk = new ChunkAppend(batch, this);
    underWay.add(chunk);
    return lanes.offer(chunk).map(error -> () -> chunk.failed(error));
  }

  /** What has gathered cannot be sent, so nothing behind it may be. */
  private void breakDown(Throwable error) {
    if (failure == null) {
      failure = error;
    }
    isStopped = true;
    gathered = new Gathering();
  }

  void written(ChunkAppend chunk, Written written) {
    results.emitNext(written, Sinks.EmitFailureHandler.FAIL_FAST);
    proceed(chunk);
  }

  void failed(ChunkAppend chunk, Throwable error) {
    synchronized (this) {
      if (failure == null) {
        failure = error;
      }
    }
    onFailure.run();
    proceed(chunk);
  }

  private void told() {
    goOn(() -> untold--);
  }

  private void proceed(ChunkAppend chunk) {
    goOn(() -> underWay.remove(chunk));
  }

  /** The source has ended: sends what is left. */
  void finish() {
    goOn(() -> isFinishing = true);
  }

  /** Sends nothing more, and takes back what is not sent yet. */
  void stop() {
    List<ChunkAppend> sent;
    synchronized (this) {
      isStopped = true;
      gathered = new Gathering();
      sent = List.copyOf(underWay);
    }
    List<ChunkAppend> takenBack = sent.stream().filter(lanes::withdraw).toList();
    goOn(() -> takenBack.forEach(underWay::remove));
  }

  /** Something has changed: there may be a chunk to send, room for the source, or an end. */
  private void goOn(Runnable change) {
    Optional<Runnable> trouble;
    Sinks.@Nullable Empty<Void> waiting = null;
    boolean isOver;
    synchronized (this) {
      change.run();
      trouble = sendIfDue();
      if (room != null && (!gathered.isFull() || isStopped)) {
        waiting = room;
        room = null;
      }
      isOver = isOver();
    }
    trouble.ifPresent(Runnable::run);
    if (waiting != null) {
      var unused = waiting.tryEmitEmpty();
    }
    if (isOver) {
      end();
    }
  }

  private boolean isOver() {
    return (isFinishing || isStopped) && underWay.isEmpty() && gathered.isEmpty();
  }

  /** Whoever comes second finds it ended. */
  private void end() {
    Throwable error;
    synchronized (this) {
      error = failure;
    }
    var unused = error == null ? results.tryEmitComplete() : results.tryEmitError(error);
  }
}
