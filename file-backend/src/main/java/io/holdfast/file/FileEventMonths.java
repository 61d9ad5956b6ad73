package io.holdfast.file;

import io.holdfast.ConflictException;
import io.holdfast.NotFoundException;
import io.holdfast.Position;
import io.holdfast.UnavailableException;
import io.holdfast.event.EventMonth;
import io.holdfast.event.EventMonths;
import io.holdfast.event.Removal;
import io.holdfast.event.Retention;
import io.holdfast.subscription.Subscription;
import io.holdfast.subscription.Unread;
import java.io.IOException;
import java.time.Duration;
import java.time.YearMonth;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/** The months of events, each a segment; old ones archived beside them, compressed. */
final class FileEventMonths implements EventMonths {

  private static final int ATTEMPTS = 60;

  /** So often a copy is begun anew because of appends; the last one keeps them waiting. */
  private static final int COPIES = 3;

  private final Engine engine;
  private final State state;
  private final Flux<Subscription> subscriptions;
  private final AtomicBoolean isTaken = new AtomicBoolean();

  FileEventMonths(Engine engine, Flux<Subscription> subscriptions) {
    this.engine = engine;
    this.subscriptions = subscriptions;
    this.state = engine.state();
  }

  @Override
  public Flux<EventMonth> list() {
    return engine
        .scope()
        .read(view -> state.segments().all().stream().map(FileEventMonths::describe).toList())
        .flatMapIterable(months -> months)
        .sort(Comparator.comparing(EventMonth::month));
  }

  @Override
  public Mono<EventMonth> create(YearMonth month) {
    EventMonth.check(month);
    return engine.alone(() -> describe(state.segments().create(month.toString())));
  }

  @Override
  public Mono<EventMonth> archive(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = checked(month, removal);
    return removal.dryRun()
        ? checked
        : checked
            .then(engine.alone(() -> true))
            .then(oneAtATime(Mono.defer(() -> archive(month, COPIES))))
            .then(engine.scope().read(view -> archived(month)));
  }

  /** Copies beside the writer; with it only the last time, if the month keeps growing. */
  private Mono<Boolean> archive(YearMonth month, int copies) {
    MonthArchiver archiver = new MonthArchiver(state, month);
    return copies == 0
        ? engine.settled(() -> archiver.copy() && archiver.replace())
        : engine
            .scope()
            .read(view -> archiver.copy())
            .then(engine.settled(archiver::replace))
            .flatMap(isDone -> isDone ? Mono.just(true) : archive(month, copies - 1));
  }

  @Override
  public Mono<EventMonth> drop(YearMonth month, Removal removal) {
    EventMonth.check(month);
    Objects.requireNonNull(removal, "removal");
    Mono<EventMonth> checked = checked(month, removal);
    return removal.dryRun()
        ? checked
        : checked.then(oneAtATime(engine.settled(() -> dropNow(month, removal))));
  }

  /** Two copies of a month at once would be in each other's way. */
  private <T> Mono<T> oneAtATime(Mono<T> work) {
    return Mono.usingWhen(
            Mono.fromCallable(
                () -> {
                  if (!isTaken.compareAndSet(false, true)) {
                    throw new MonthsTaken();
                  }
                  return isTaken;
                }),
            taken -> work,
            taken -> Mono.fromRunnable(() -> taken.set(false)))
        .retryWhen(
            Retry.backoff(ATTEMPTS, Duration.ofMillis(20))
                .maxBackoff(Duration.ofSeconds(1))
                .filter(MonthsTaken.class::isInstance)
                .onRetryExhaustedThrow(
                    (spec, signal) ->
                        new UnavailableException("The months have been changed for a minute")));
  }

  @Override
  public Flux<EventMonth> retain(Retention retention) {
    Objects.requireNonNull(retention, "retention");
    boolean isDrop = retention.then() == Retention.Then.DROP;
    return list()
        .filter(month -> isDrop || month.isLive())
        .map(EventMonth::month)
        .filter(month -> retention.isOver(month, state.now()))
        .distinct()
        .concatMap(
            month ->
                isDrop ? drop(month, retention.removal()) : archive(month, retention.removal()),
            1);
  }

  /**
   * First it is noted durably what goes; a crash in between is made up for at the next start. What
   * was asked before is asked again: only now nothing is appended in between.
   */
  private EventMonth dropNow(YearMonth month, Removal removal) throws IOException {
    List<Segment> found = removable(month, removal);
    EventMonth was = total(found);
    if (!removal.force()) {
      for (Subscription subscription : FileSubscriptionStore.all(state.view())) {
        Unread.require(subscription, was);
      }
    }
    if (found.stream().anyMatch(segment -> segment.archived() != null)) {
      GoneMonths.archive(state.root()).requireThere();
    }
    GoneMonths gone = GoneMonths.read(state.root());
    gone.forgetArchived(month);
    for (Segment segment : found) {
      if (segment.archived() == null) {
        gone.leave(segment, null);
      }
    }
    gone.write(state);
    for (Segment segment : found) {
      drop(segment);
    }
    gone.deleteLeaving();
    return was;
  }

  private void drop(Segment segment) throws IOException {
    if (segment.archived() == null) {
      segment.drop();
      state.segments().delete(segment.name());
    } else {
      state.segments().dropArchived(segment);
    }
  }

  private List<Segment> removable(YearMonth month, Removal removal) {
    List<Segment> found = of(month);
    if (found.isEmpty()) {
      throw new NotFoundException("Month", month.toString());
    }
    if (!removal.force() && !month.isBefore(EventMonth.of(state.now()))) {
      throw new ConflictException("Month", month.toString(), "over", "not over yet");
    }
    return found;
  }

  private Mono<EventMonth> checked(YearMonth month, Removal removal) {
    return engine
        .scope()
        .read(view -> total(removable(month, removal)))
        .flatMap(
            found ->
                removal.force()
                    ? Mono.just(found)
                    : Unread.requireNone(subscriptions, found).thenReturn(found));
  }

  private EventMonth archived(YearMonth month) {
    List<Segment> found = of(month);
    return found.isEmpty() ? EventMonth.gone(month) : total(found);
  }

  private List<Segment> of(YearMonth month) {
    return state.segments().all().stream()
        .filter(segment -> segment.name().equals(month.toString()))
        .toList();
  }

  private static EventMonth total(List<Segment> segments) {
    return segments.stream().map(FileEventMonths::describe).reduce(EventMonth::plus).orElseThrow();
  }

  private static EventMonth describe(Segment segment) {
    ArchivedSegment archived = segment.archived();
    if (archived != null) {
      return archived.month().listed();
    }
    boolean isEmpty = segment.events() == 0;
    return new EventMonth(
        YearMonth.parse(segment.name()),
        EventMonth.State.LIVE,
        segment.events(),
        true,
        segment.length(),
        isEmpty ? null : position(segment.firstPosition()),
        isEmpty ? null : position(segment.lastPosition()));
  }

  private static Position position(long number) {
    return new Position(Long.toString(number));
  }

  /** Somebody else changes the months. */
  private static final class MonthsTaken extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MonthsTaken() {
      super("The months are being changed", null, false, false);
    }
  }
}
