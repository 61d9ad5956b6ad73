package io.holdfast.postgres;

import static java.util.stream.Collectors.toSet;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import io.holdfast.JobId;
import io.holdfast.UnavailableException;
import io.holdfast.event.AppendResult;
import io.holdfast.event.EventBatch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The appends of one process that are not in a transaction of the caller's. Each job belongs to one
 * of a few lanes, and each lane writes one group at a time, so that the callers of a process never
 * wait for each other's job heads, and share a commit.
 */
final class AppendLanes {

  private static final Duration DRAINING = Duration.ofSeconds(10);

  private final List<AppendLane> lanes;

  /** For appends to jobs that other transactions hold: it waits, and the others need not. */
  private final AppendLane held;

  /** What is in it, so that what follows is not tried in vain. */
  private final HeldJobs heldJobs = new HeldJobs();

  private final GroupWriter writer;
  private final AppendRoom room;
  private final AppendLimits limits;
  private final Disposable sweeping;

  AppendLanes(int lanes, AppendLimits limits, GroupWriter writer) {
    this.limits = limits;
    this.room = new AppendRoom(limits);
    this.writer = writer;
    List<AppendLane> sharing = new ArrayList<>();
    this.lanes =
        IntStream.range(0, lanes)
            .mapToObj(n -> new AppendLane(this::writeAtOnce, sharing))
            .toList();
    this.held = new AppendLane(this::writeWaiting, new ArrayList<>());
    this.sweeping =
        Flux.interval(limits.patience().dividedBy(20))
            .onBackpressureDrop()
            .doOnNext(tick -> sweep())
            .publish()
            .connect();
  }

  /** What others hold goes out of the way of the rest; a chunk must not be passed by the next. */
  private Mono<Void> writeAtOnce(List<AppendRequest> group) {
    return Mono.defer(() -> writer.write(group))
        .flatMap(
            rest -> {
              Set<AppendRequest> moved =
                  rest.stream().filter(request -> !request.keepsItsTurn()).collect(toSet());
              List<AppendRequest> turns =
                  rest.stream().filter(AppendRequest::keepsItsTurn).toList();
              moved.forEach(this::hold);
              group.stream().filter(request -> !moved.contains(request)).forEach(this::leave);
              return Flux.fromIterable(turns).concatMap(this::writeTurn).then();
            })
        .onErrorResume(error -> failed(group, error));
  }

  /** A chunk is not wanted any more when one before it has failed. */
  private Mono<Void> writeTurn(AppendRequest turn) {
    return Mono.defer(
        () -> {
          if (turn.isWanted()) {
            return writer.writeWaiting(List.of(turn));
          }
          turn.failed(AppendRequest.unwanted());
          return Mono.empty();
        });
  }

  private void hold(AppendRequest request) {
    heldJobs.add(request);
    if (!held.offer(request)) {
      leave(request);
      request.failed(InFlight.closedError());
    }
  }

  private Mono<Void> writeWaiting(List<AppendRequest> group) {
    return Mono.defer(() -> writer.writeWaiting(group))
        .then(Mono.<Void>fromRunnable(() -> group.forEach(this::leave)))
        .onErrorResume(error -> failed(group, error));
  }

  /** A bug of ours: nobody is to wait for ever because of it. */
  private Mono<Void> failed(List<AppendRequest> group, Throwable error) {
    return Mono.fromRunnable(
        () ->
            group.forEach(
                request -> {
                  leave(request);
                  request.failed(error);
                }));
  }

  int size() {
    return lanes.size();
  }

  /** A batch over several jobs goes where its first one belongs: heads are locked in one order. */
  int laneOf(JobId job) {
    return Math.floorMod(job.hashCode(), lanes.size());
  }

  Mono<AppendResult> append(EventBatch batch) {
    Objects.requireNonNull(batch, "batch");
    return Mono.create(
        sink -> {
          CallerAppend request = new CallerAppend(batch, sink);
          offer(request).ifPresent(sink::error);
          // Afterwards: a caller that is gone already is told here at once.
          sink.onCancel(() -> withdraw(request));
        });
  }

  private AppendLane laneOf(AppendRequest request) {
    return lanes.get(laneOf(request.batch().parts().get(0).job()));
  }

  /** Takes {@code request}, or says why not; then it is told nothing more. */
  Optional<UnavailableException> offer(AppendRequest request) {
    return switch (room.enter(request)) {
      case INSIDE -> send(request);
      case OUTSIDE -> Optional.empty();
      case REFUSED ->
          Optional.of(new UnavailableException("Too many appends wait: nothing was written"));
    };
  }

  private Optional<UnavailableException> send(AppendRequest request) {
    if (heldJobs.hasOneOf(request)) {
      hold(request);
      return Optional.empty();
    }
    if (laneOf(request).offer(request)) {
      return Optional.empty();
    }
    leave(request);
    return Optional.of(InFlight.closedError());
  }

  private void leave(AppendRequest request) {
    heldJobs.remove(request);
    room.leave(request).forEach(entered -> send(entered).ifPresent(entered::failed));
  }

  /** True if {@code request} was not sent yet: then it never will be. */
  @CanIgnoreReturnValue
  boolean withdraw(AppendRequest request) {
    if (room.withdraw(request)) {
      return true;
    }
    boolean wasWaiting = laneOf(request).withdraw(request) || held.withdraw(request);
    if (wasWaiting) {
      leave(request);
    }
    return wasWaiting;
  }

  private void sweep() {
    room.expired().forEach(this::tellLate);
    for (AppendLane lane : all()) {
      for (AppendRequest late : lane.expired(limits.patience())) {
        leave(late);
        tellLate(late);
      }
    }
  }

  private void tellLate(AppendRequest request) {
    request.failed(
        new UnavailableException(
            "The append has waited for " + limits.patience() + ": nothing was written"));
  }

  private List<AppendLane> all() {
    return Stream.concat(lanes.stream(), Stream.of(held)).toList();
  }

  /** Does nothing to those that have been told. What was sent goes on, and may yet commit. */
  private static void tellUnknown(AppendRequest request) {
    request.failed(
        new UnavailableException(
            "The storage was closed while the append was under way: its outcome is unknown"));
  }

  /**
   * Fails what waits; completes when what is being written has ended, or has taken too long: then
   * it is told so.
   */
  Mono<Void> close() {
    return Mono.defer(
            () -> {
              room.close().forEach(request -> request.failed(InFlight.closedError()));
              all()
                  .forEach(
                      lane ->
                          lane.close().forEach(request -> request.failed(InFlight.closedError())));
              return Mono.when(all().stream().map(AppendLane::drained).toList());
            })
        .timeout(DRAINING, Mono.empty())
        .doOnTerminate(this::stop)
        .doOnCancel(this::stop);
  }

  private void stop() {
    sweeping.dispose();
    all().forEach(lane -> lane.stop().forEach(AppendLanes::tellUnknown));
  }
}
