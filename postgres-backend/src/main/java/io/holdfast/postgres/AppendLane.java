package io.holdfast.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One line of appends. While a group is being written, the next one gathers; when none is, an
 * append is sent at once, so that waiting is never for a timer.
 */
final class AppendLane {

  /** A group ends here, so that its callers do not wait for each other for long. */
  private static final int GROUP_EVENTS = 4_096;

  private static final long GROUP_BYTES = 4L * 1024 * 1024;

  private final Set<AppendRequest> waiting = new LinkedHashSet<>();
  private final WakeUps arrivals = new WakeUps();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private final Function<List<AppendRequest>, Mono<Void>> writer;
  private final Disposable running;
  private List<AppendRequest> writing = List.of();
  private boolean closed;

  /** {@code writer} tells each request how it has ended, and never fails. */
  AppendLane(Function<List<AppendRequest>, Mono<Void>> writer) {
    this.writer = writer;
    this.running =
        arrivals.changes().skip(1).concatMap(arrival -> writeAll(), 1).publish().connect();
  }

  /** False when the lane is closed. */
  boolean offer(AppendRequest request) {
    boolean isFirst;
    synchronized (waiting) {
      if (closed) {
        return false;
      }
      isFirst = waiting.isEmpty();
      waiting.add(request);
    }
    if (isFirst) {
      arrivals.raise();
    }
    return true;
  }

  /** True if the request had not been sent yet; it never will be. */
  boolean withdraw(AppendRequest request) {
    synchronized (waiting) {
      return waiting.remove(request);
    }
  }

  /** Takes out what has waited for too long. */
  List<AppendRequest> expired(Duration patience) {
    List<AppendRequest> late = new ArrayList<>();
    synchronized (waiting) {
      Iterator<AppendRequest> oldestFirst = waiting.iterator();
      while (oldestFirst.hasNext()) {
        AppendRequest request = oldestFirst.next();
        if (request.waitedNanos() < patience.toNanos()) {
          break;
        }
        oldestFirst.remove();
        late.add(request);
      }
    }
    return late;
  }

  private Mono<Void> writeAll() {
    return Mono.defer(this::writeNext).repeat().takeWhile(more -> more).then();
  }

  private Mono<Boolean> writeNext() {
    List<AppendRequest> group = gather();
    return group.isEmpty() ? Mono.just(false) : writer.apply(group).thenReturn(true);
  }

  private List<AppendRequest> gather() {
    List<AppendRequest> group = new ArrayList<>();
    boolean isOver;
    synchronized (waiting) {
      int events = 0;
      long bytes = 0;
      Iterator<AppendRequest> oldestFirst = waiting.iterator();
      while (oldestFirst.hasNext()) {
        AppendRequest request = oldestFirst.next();
        events += request.events();
        bytes += request.bytes();
        if (!group.isEmpty() && (events > GROUP_EVENTS || bytes > GROUP_BYTES)) {
          break;
        }
        oldestFirst.remove();
        group.add(request);
      }
      writing = group;
      isOver = closed && group.isEmpty();
    }
    if (isOver) {
      var unused = drained.tryEmitEmpty();
    }
    return group;
  }

  /** Refuses and takes out what is not sent; {@link #drained} says when the rest has ended. */
  List<AppendRequest> close() {
    synchronized (waiting) {
      closed = true;
      List<AppendRequest> left = new ArrayList<>(waiting);
      waiting.clear();
      if (writing.isEmpty()) {
        var unused = drained.tryEmitEmpty();
      }
      return left;
    }
  }

  Mono<Void> drained() {
    return drained.asMono();
  }

  /**
   * Gives up what is being written, and returns it: some of it may not have been told how it ended.
   */
  List<AppendRequest> stop() {
    running.dispose();
    synchronized (waiting) {
      List<AppendRequest> left = writing;
      writing = List.of();
      return left;
    }
  }
}
