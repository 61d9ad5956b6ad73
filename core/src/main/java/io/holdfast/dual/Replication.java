package io.holdfast.dual;

import io.holdfast.ConflictException;
import io.holdfast.RecordKey;
import io.holdfast.RecordKind;
import io.holdfast.UnavailableException;
import io.holdfast.dual.Pending.Task;
import io.holdfast.event.RecordedEvent;
import io.holdfast.lock.LockState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.util.retry.Retry;

/**
 * Makes the following side like the leading one, for as long as it runs: events, single records,
 * and whole groups and kinds, each in a loop of its own, so that what takes long does not keep what
 * is fresh from being copied. A loop does one thing after the other.
 */
final class Replication {

  private static final int BATCH = 256;
  private static final Duration TICK = Duration.ofMillis(100);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final Duration ADMISSION_FIRST = Duration.ofMillis(50);
  private static final Duration ADMISSION_LAST = Duration.ofSeconds(1);

  private final Sides sides;
  private final Pending pending;
  private final EventFollower events;
  private final Troubles troubles;
  private final Runnable deposed;
  private final Signal signal = new Signal();
  private final Sinks.Empty<Void> stopping = Sinks.empty();
  private final Sinks.Empty<Void> stopped = Sinks.empty();
  private final Disposable.Swap running = Disposables.swap();
  private volatile boolean isStopping;
  private volatile @Nullable LockState note;
  private volatile @Nullable LockState nextNote;

  /** {@code deposed} is told that the leading side was found to have given way to another one. */
  Replication(
      Sides sides, Pending pending, EventFollower events, Troubles troubles, Runnable deposed) {
    this.sides = sides;
    this.pending = pending;
    this.events = events;
    this.troubles = troubles;
    this.deposed = deposed;
  }

  /** Every kind is to be compared. */
  void compareAll() {
    sides.leading().kinds().forEach(kind -> pending.touch(Area.all(kind)));
  }

  /** There is something new to be copied. */
  void wake() {
    signal.give();
  }

  void start() {
    running.replace(run().doFinally(end -> stopped.tryEmitEmpty()).flux().publish().connect());
  }

  /** Ends what is under way, and completes when nothing is written to the following side. */
  Mono<Void> stop() {
    return Mono.defer(
        () -> {
          isStopping = true;
          var unused = stopping.tryEmitEmpty();
          return stopped.asMono();
        });
  }

  /** Ends at once; what was under way is found by the next one. */
  void cancel() {
    running.dispose();
  }

  private Mono<Void> run() {
    return admitted().then(Mono.defer(this::loops));
  }

  /** Nothing is written to a side that may not follow; what may change is asked again. */
  private Mono<Void> admitted() {
    return Mono.defer(() -> sides.inTime(Authority.admit(sides)))
        .doOnNext(admitted -> note = admitted)
        .doOnNext(admitted -> troubles.over(Troubles.STORE))
        .doOnError(error -> troubles.met(Troubles.STORE, error.toString()))
        .retryWhen(Retry.backoff(Long.MAX_VALUE, ADMISSION_FIRST).maxBackoff(ADMISSION_LAST))
        .takeUntilOther(stopping.asMono())
        .then();
  }

  /** The leading side is about to get this note, and what it lacks then is still copied. */
  void handsOver(LockState authority) {
    nextNote = authority;
  }

  /** The leading side has refused that note. */
  void staysOn() {
    nextNote = null;
  }

  /** Another process may have exchanged the sides: nothing that leads is made like another one. */
  private Mono<Void> leads() {
    return Authority.find(sides.leading())
        .doOnNext(this::lookForAnother)
        .filter(found -> isSame(found, note) || isSame(found, nextNote))
        .switchIfEmpty(Mono.error(Replication::leadsNoLonger))
        .then();
  }

  /** What is written from then on would be lost, so nobody is to be told that it is done. */
  private void lookForAnother(LockState found) {
    LockState own = note;
    LockState next = nextNote;
    if (own != null
        && Authority.isGivenAway(found, own)
        && (next == null || found.token() > next.token())) {
      deposed.run();
    }
  }

  private static boolean isSame(LockState found, @Nullable LockState known) {
    return known != null && Authority.isSame(found, known);
  }

  static ConflictException leadsNoLonger() {
    return new ConflictException(
        "The leading side", "", "still leading", "no longer so: open both the other way round");
  }

  private Mono<Void> loops() {
    Flux<Boolean> signals = Flux.merge(ticks(), signal.signals()).onBackpressureLatest();
    return Mono.when(
        events.run(sides, leads()).takeUntilOther(stopping.asMono()),
        signals
            .takeUntilOther(stopping.asMono())
            .concatMap(any -> guarded("records", copyRecords()), 1),
        ticks()
            .takeUntilOther(stopping.asMono())
            .concatMap(any -> guarded("kinds", compareMany()), 1));
  }

  private static Flux<Boolean> ticks() {
    return Flux.interval(TICK).map(tick -> true).onBackpressureDrop();
  }

  /** One round that fails does not end the loop. */
  private Mono<Void> guarded(String what, Mono<Void> round) {
    return round
        .doOnSuccess(done -> troubles.over(what))
        .onErrorResume(
            error -> {
              troubles.met(what, error.toString());
              return Mono.empty();
            });
  }

  private Mono<Void> copyRecords() {
    return Mono.fromSupplier(this::due)
        .flatMapIterable(due -> due)
        .concatMap(due -> copyRecords(due.kind(), due.tasks()), 1)
        .then();
  }

  /** The records of one kind that are to be copied. */
  private record Due(RecordKind<?> kind, List<Task> tasks) {}

  /**
   * Kind after kind: what others need stands before them. It was touched before them as well, so it
   * is looked for after them.
   */
  private List<Due> due() {
    Deque<Due> all = new ArrayDeque<>();
    List<RecordKind<?>> kinds = sides.documents();
    for (int i = kinds.size() - 1; i >= 0; i--) {
      List<Task> tasks = pending.due(kinds.get(i), true, BATCH);
      if (!tasks.isEmpty()) {
        all.push(new Due(kinds.get(i), tasks));
      }
      if (tasks.size() == BATCH) {
        signal.give();
      }
    }
    return List.copyOf(all);
  }

  private <R> Mono<Void> copyRecords(RecordKind<R> kind, List<Task> due) {
    Map<RecordKey, Task> byKey =
        due.stream().collect(Collectors.toMap(task -> task.area().key(), Function.identity()));
    return leads()
        .thenMany(new Copier<>(sides, kind, pending).copy(List.copyOf(byKey.keySet())))
        .doOnNext(copied -> note(Objects.requireNonNull(byKey.get(copied.key())), copied))
        .then(Mono.fromRunnable(() -> tell(kind)));
  }

  private Mono<Void> compareMany() {
    return Flux.fromIterable(sides.leading().kinds())
        .concatMapIterable(kind -> pending.due(kind, false, BATCH), 1)
        .concatMap(this::compare, 1)
        .then();
  }

  private Mono<Void> compare(Task task) {
    return leads()
        .then(compare(task.area()))
        .then(Mono.defer(this::notStopped))
        .then(Mono.<Void>fromRunnable(() -> pending.copied(task)))
        .onErrorResume(error -> Mono.fromRunnable(() -> pending.failed(task, error, false)))
        .doOnTerminate(() -> tell(task.area().kind()));
  }

  /** What was broken off has not been compared. */
  private Mono<Void> notStopped() {
    return isStopping ? Mono.error(Replication::wasStopped) : Mono.empty();
  }

  private static UnavailableException wasStopped() {
    return new UnavailableException("Copying was stopped");
  }

  private Mono<Void> compare(Area area) {
    if (area.kind().equals(RecordedEvent.KIND)) {
      return events.alone(DroppedMonths.drop(sides, leads()));
    }
    return area.extent() == Area.Extent.ALL
        ? new Comparison<>(
                sides, area.kind(), leads(), keys -> settle(area.kind(), keys), stopping.asMono())
            .run()
        : compareGroup(area);
  }

  private Mono<Void> compareGroup(Area group) {
    return Flux.concat(GroupKeys.in(sides.leading(), group), GroupKeys.in(sides.following(), group))
        .distinct()
        .takeUntilOther(stopping.asMono())
        .buffer(BATCH)
        .concatMap(keys -> settle(group.kind(), keys), 1)
        .then();
  }

  /**
   * Has records copied by the loop that copies records: nobody else does, so that what that has
   * copied stays so.
   */
  private Mono<Void> settle(RecordKind<?> kind, List<RecordKey> keys) {
    return Mono.defer(
        () -> {
          List<Area> areas = keys.stream().map(key -> Area.one(kind, key)).toList();
          areas.forEach(pending::touch);
          long change = pending.now();
          wake();
          return Mono.fromSupplier(() -> pending.isSettled(areas, change))
              .filter(copied -> copied)
              .repeatWhenEmpty(looks -> looks.delayElements(LOOK))
              .takeUntilOther(stopping.asMono())
              .switchIfEmpty(Mono.error(Replication::wasStopped))
              .then();
        });
  }

  private void note(Task task, Copier.Copied copied) {
    switch (copied.outcome()) {
      case SAME -> pending.copied(task);
      case CHANGING -> pending.isChanging(task, true);
      case UNWRITTEN -> pending.isChanging(task, false);
      case FAILED -> {
        Throwable failure = Objects.requireNonNull(copied.failure());
        pending.failed(task, failure, copied.mayBeWritten());
      }
    }
  }

  private void tell(RecordKind<?> kind) {
    pending
        .problem(kind)
        .ifPresentOrElse(
            problem -> troubles.met(kind.name(), problem), () -> troubles.over(kind.name()));
  }
}
