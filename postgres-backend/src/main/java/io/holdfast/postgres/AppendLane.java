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
 *
 * <p>Lanes side by side pay only when there is much to write. As long as all that waits makes one
 * small group, one lane at a time writes, and takes what waits in the others along: half as many
 * groups, each of twice the size. What is not little, a chunk of a bulk append above all, holds up
 * nobody else.
 */
final class AppendLane {

  /** A group ends here, so that its callers do not wait for each other for long. */
  private static final int GROUP_EVENTS = 4_096;

  private static final long GROUP_BYTES = 4L * 1024 * 1024;

  /** The lanes that share the work, this one too; they are changed only by who holds this list. */
  private final List<AppendLane> lanes;

  private final Set<AppendRequest> waiting = new LinkedHashSet<>();
  private final WakeUps arrivals = new WakeUps();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private final Function<List<AppendRequest>, Mono<Void>> writer;
  private final Disposable running;
  private List<AppendRequest> writing = List.of();
  private boolean writesLittle;
  private boolean writesForOthers;
  private boolean closed;

  /**
   * @param writer tells each request how it has ended, and never fails
   * @param lanes those that share the work with this one, which adds itself
   */
  AppendLane(Function<List<AppendRequest>, Mono<Void>> writer, List<AppendLane> lanes) {
    this.writer = writer;
    this.lanes = lanes;
    lanes.add(this);
    this.running =
        arrivals.changes().skip(1).concatMap(arrival -> writeAll(), 1).publish().connect();
  }

  /** False when the lane is closed. */
  boolean offer(AppendRequest request) {
    List<AppendLane> idle;
    synchronized (lanes) {
      if (closed) {
        return false;
      }
      waiting.add(request);
      // Who waited because there was little need not any more.
      idle = idleAmong(isLittle() ? List.of(this) : lanes);
    }
    idle.forEach(lane -> lane.arrivals.raise());
    return true;
  }

  /** True if the request had not been sent yet; it never will be. */
  boolean withdraw(AppendRequest request) {
    synchronized (lanes) {
      return waiting.remove(request);
    }
  }

  /** Takes out what has waited for too long. */
  List<AppendRequest> expired(Duration patience) {
    List<AppendRequest> late = new ArrayList<>();
    synchronized (lanes) {
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
    List<AppendLane> others = List.of();
    boolean isOver;
    List<AppendRequest> group;
    synchronized (lanes) {
      writing = List.of();
      writesLittle = false;
      writesForOthers = false;
      boolean isLittle = isLittle();
      if (!isHeldUp(isLittle)) {
        writesForOthers = isLittle && lanes.stream().anyMatch(this::isOtherThatWaits);
        writing = take(isLittle ? lanes : List.of(this));
        writesLittle = isLittle && !writing.isEmpty();
        others = isLittle ? List.of() : idleAmong(lanes);
      }
      group = writing;
      isOver = closed && group.isEmpty();
    }
    others.forEach(lane -> lane.arrivals.raise());
    if (isOver) {
      var unused = drained.tryEmitEmpty();
    }
    return group;
  }

  private boolean isOtherThatWaits(AppendLane lane) {
    return lane != this && !lane.waiting.isEmpty();
  }

  private static List<AppendLane> idleAmong(List<AppendLane> lanes) {
    return lanes.stream()
        .filter(lane -> lane.writing.isEmpty() && !lane.waiting.isEmpty())
        .toList();
  }

  /** Whoever writes little will look for more, and finds what waits here. */
  private boolean isHeldUp(boolean isLittle) {
    return lanes.stream().anyMatch(lane -> lane.writesForOthers || (isLittle && lane.writesLittle));
  }

  /** True if all that waits, in all lanes, is one small group of single appends. */
  private boolean isLittle() {
    int events = 0;
    long bytes = 0;
    for (AppendLane lane : lanes) {
      for (AppendRequest request : lane.waiting) {
        events += request.events();
        bytes += request.bytes();
        if (request.keepsItsTurn()
            || events > GroupAppend.ONE_STATEMENT_EVENTS
            || bytes > GROUP_BYTES) {
          return false;
        }
      }
    }
    return true;
  }

  private static List<AppendRequest> take(List<AppendLane> from) {
    List<AppendRequest> group = new ArrayList<>();
    int events = 0;
    long bytes = 0;
    for (AppendLane lane : from) {
      Iterator<AppendRequest> oldestFirst = lane.waiting.iterator();
      while (oldestFirst.hasNext()) {
        AppendRequest request = oldestFirst.next();
        events += request.events();
        bytes += request.bytes();
        if (!group.isEmpty() && (events > GROUP_EVENTS || bytes > GROUP_BYTES)) {
          return group;
        }
        oldestFirst.remove();
        group.add(request);
      }
    }
    return group;
  }

  /** Refuses and takes out what is not sent; {@link #drained} says when the rest has ended. */
  List<AppendRequest> close() {
    synchronized (lanes) {
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
    synchronized (lanes) {
      List<AppendRequest> left = writing;
      writing = List.of();
      return left;
    }
  }
}
