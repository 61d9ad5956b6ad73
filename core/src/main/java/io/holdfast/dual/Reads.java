package io.holdfast.dual;

import io.holdfast.StoreSet;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.RecordedEvent;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BufferOverflowStrategy;
import reactor.core.publisher.Flux;
import reactor.core.publisher.FluxSink;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Which side answers, and whether both would have answered alike. */
final class Reads {

  /** So many reads wait to be compared; more are not compared. */
  private static final int WAITING_MAX = 1_000;

  private static final int CONCURRENCY = 4;
  private static final int AHEAD = 32;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What is being written shows on both sides by then. */
  private static final Duration SECOND_LOOK = Duration.ofMillis(300);

  private final Supplier<Sides> sides;
  private final Pending pending;
  private final EventFollower events;
  private final DualMeters meters;
  private final Consumer<Divergence> listener;
  private final Disposable.Swap running = Disposables.swap();
  private volatile DualMode mode;
  private volatile @Nullable FluxSink<Question> questions;

  Reads(
      Supplier<Sides> sides,
      Pending pending,
      EventFollower events,
      DualMeters meters,
      DualOptions options) {
    this.sides = sides;
    this.pending = pending;
    this.events = events;
    this.meters = meters;
    this.listener = options.listener();
    this.mode = options.mode();
  }

  /** A read that was answered, to be asked again of both sides. */
  private record Question(Area area, Function<StoreSet, Publisher<?>> operation) {}

  DualMode mode() {
    return mode;
  }

  void mode(DualMode changed) {
    mode = changed;
  }

  void start() {
    running.replace(
        Flux.<Question>create(sink -> questions = sink, FluxSink.OverflowStrategy.IGNORE)
            .onBackpressureBuffer(
                WAITING_MAX, dropped -> meters.uncompared(), BufferOverflowStrategy.DROP_LATEST)
            .flatMap(this::compare, CONCURRENCY, 1)
            .publish()
            .connect());
  }

  void close() {
    running.dispose();
  }

  /** True if the following side is to answer, and has everything the answer rests on. */
  boolean goesToFollowing(Area area) {
    DualMode now = mode;
    if (now.reads() != DualMode.Reads.PROGRESSIVE
        || ThreadLocalRandom.current().nextInt(100) >= now.percent()
        || !isFresh(area)) {
      return false;
    }
    meters.readFromFollowing();
    return true;
  }

  private boolean isFresh(Area area) {
    return pending.isFresh(area) && (!area.kind().equals(RecordedEvent.KIND) || events.isFresh());
  }

  /** What the leading side says, where the following one could not. */
  <P extends Publisher<?>> P back(P leading) {
    meters.fellBack();
    return leading;
  }

  /** The leading side answers; compared with the other one later, so that nobody waits for it. */
  void answered(Area area, Function<StoreSet, Publisher<?>> operation) {
    FluxSink<Question> sink = questions;
    if (mode.reads() == DualMode.Reads.READ_VALIDATION && sink != null) {
      sink.next(new Question(area, operation));
    }
  }

  /** Differences that go away were not there: something was being written. */
  private Mono<Void> compare(Question question) {
    return isSame(question)
        .flatMap(same -> same ? Mono.just(true) : Mono.delay(SECOND_LOOK).then(isSame(question)))
        .timeout(PATIENCE)
        .doOnNext(same -> note(question, same))
        .switchIfEmpty(Mono.fromRunnable(meters::uncompared))
        .onErrorResume(error -> Mono.fromRunnable(meters::uncompared))
        .then();
  }

  /** Empty if it could not be told, as something was being written. */
  private Mono<Boolean> isSame(Question question) {
    return Mono.defer(
        () -> {
          if (!isFresh(question.area())) {
            return Mono.empty();
          }
          Sides now = sides.get();
          return Mono.sequenceEqual(
                  ask(question, now.leading()),
                  ask(question, now.following()),
                  Objects::equals,
                  AHEAD)
              .filter(same -> same || isFresh(question.area()));
        });
  }

  private static Publisher<Object> ask(Question question, UnifiedStorage side) {
    return Flux.from(question.operation().apply(side))
        .cast(Object.class)
        .publishOn(Schedulers.boundedElastic(), AHEAD);
  }

  /** What differs is copied once more. */
  private void note(Question question, boolean same) {
    meters.compared();
    if (!same) {
      Area area = question.area();
      meters.diverged(area.kind().name());
      pending.touch(area);
      listener.accept(new Divergence(area.kind().name(), area.toString()));
    }
  }
}
