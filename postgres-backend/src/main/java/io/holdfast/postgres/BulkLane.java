package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.BatchId;
import io.holdfast.event.Event;
import io.holdfast.event.EventBatch;
import io.holdfast.event.ExpectedVersion;
import io.holdfast.event.JobEvent;
import io.holdfast.event.JobEvents;
import io.holdfast.postgres.BulkAppend.Written;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
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

  private static final int CHUNK_EVENTS = 10_000;
  private static final long CHUNK_BYTES = 4L * 1024 * 1024;

  /** One being written and one that waits, so that the lane need not wait for the source. */
  private static final int UNDER_WAY_MAX = 2;

  /** How many chunks may be written before the first is asked for. */
  private static final int UNTOLD_MAX = 16;

  private final AppendLanes lanes;
  private final Runnable onFailure;
  private final Sinks.Many<Written> results = Sinks.many().unicast().onBackpressureBuffer();
  private final Set<ChunkAppend> underWay = new LinkedHashSet<>();
  private Map<JobId, List<Event>> gathered = new LinkedHashMap<>();
  private int events;
  private long bytes;
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
    Optional<Refusal> refusal;
    synchronized (this) {
      if (isStopped) {
        return Mono.never();
      }
      gathered.computeIfAbsent(event.job(), job -> new ArrayList<>()).add(event.event());
      events++;
      bytes += event.event().data().sizeBytes();
      refusal = sendIfDue();
      roomForMore = isFull() ? waitForRoom() : Mono.empty();
    }
    refusal.ifPresent(Refusal::tell);
    return roomForMore;
  }

  private Mono<Written> waitForRoom() {
    Sinks.Empty<Void> next = Sinks.empty();
    room = next;
    return next.asMono().then(Mono.empty());
  }

  private boolean isFull() {
    return events >= CHUNK_EVENTS || bytes >= CHUNK_BYTES;
  }

  /** A chunk that the lanes did not take; its lane is told when the lock is free. */
  private record Refusal(ChunkAppend chunk, Throwable error) {

    void tell() {
      chunk.failed(error);
    }
  }

  /** Under the lock, so that chunks come to the lanes in their order. */
  private Optional<Refusal> sendIfDue() {
    boolean isDue =
        underWay.isEmpty() || isFinishing || (isFull() && underWay.size() < UNDER_WAY_MAX);
    if (events == 0 || !isDue || untold >= UNTOLD_MAX) {
      return Optional.empty();
    }
    List<JobEvents> parts = new ArrayList<>(gathered.size());
    gathered.forEach((job, its) -> parts.add(new JobEvents(job, ExpectedVersion.any(), its)));
    gathered = new LinkedHashMap<>();
    events = 0;
    bytes = 0;
    untold++;
    ChunkAppend chunk = new ChunkAppend(new EventBatch(BatchId.unique(), parts), this);
    underWay.add(chunk);
    return lanes.offer(chunk).map(error -> new Refusal(chunk, error));
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
      gathered = new LinkedHashMap<>();
      events = 0;
      bytes = 0;
      sent = List.copyOf(underWay);
    }
    List<ChunkAppend> takenBack = sent.stream().filter(lanes::withdraw).toList();
    goOn(() -> takenBack.forEach(underWay::remove));
  }

  /** Something has changed: there may be a chunk to send, room for the source, or an end. */
  private void goOn(Runnable change) {
    Optional<Refusal> refusal;
    Sinks.@Nullable Empty<Void> waiting = null;
    boolean isOver;
    synchronized (this) {
      change.run();
      refusal = sendIfDue();
      if (room != null && (!isFull() || isStopped)) {
        waiting = room;
        room = null;
      }
      isOver = isOver();
    }
    refusal.ifPresent(Refusal::tell);
    if (waiting != null) {
      var unused = waiting.tryEmitEmpty();
    }
    if (isOver) {
      end();
    }
  }

  private boolean isOver() {
    return (isFinishing || isStopped) && underWay.isEmpty() && events == 0;
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
