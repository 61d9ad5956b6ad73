package io.holdfast.dual;

import io.holdfast.StoreSet;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.event.AppendResult;
import io.holdfast.event.RecordedEvent;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** Each operation by itself: on the side that leads when it is subscribed to. */
final class LiveAccess implements Access {

  /** So long the following side may take to begin an answer; then the leading one gives it. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Dual dual;

  LiveAccess(Dual dual) {
    this.dual = dual;
  }

  private <P> Call<P> call(Function<? super UnifiedStorage, P> operation) {
    return new Call<>(dual.sides(), operation);
  }

  @Override
  public <T> Mono<T> write(List<Area> areas, Function<StoreSet, Mono<T>> operation) {
    return change(areas, operation);
  }

  /** As {@link #write}, of what there is outside of transactions only. */
  <T> Mono<T> change(List<Area> areas, Function<? super UnifiedStorage, Mono<T>> operation) {
    return entered(Gate.Purpose.ANY, areas, call(operation));
  }

  @Override
  public <T> Mono<T> renew(List<Area> areas, Function<StoreSet, Mono<T>> operation) {
    return entered(Gate.Purpose.RENEWAL, areas, call(operation));
  }

  private <T> Mono<T> entered(Gate.Purpose purpose, List<Area> areas, Call<Mono<T>> call) {
    return Mono.defer(
        () -> {
          if (!dual.enter(purpose)) {
            return dual.opened().then(entered(purpose, areas, call));
          }
          Turn turn = new Turn(dual, purpose, areas, call);
          return Mono.defer(() -> call.on(dual.sides()))
              .doOnSuccess(turn::succeeded)
              .doOnError(turn::failed)
              .doFinally(turn::end);
        });
  }

  /** All of it is there before the first is emitted: who takes his time keeps no gate open. */
  @Override
  public <T> Flux<T> writeMany(List<Area> areas, Function<StoreSet, Flux<T>> operation) {
    return write(areas, stores -> operation.apply(stores).collectList())
        .flatMapIterable(all -> all);
  }

  @Override
  public <T> Flux<T> renewMany(List<Area> areas, Function<StoreSet, Flux<T>> operation) {
    return renew(areas, stores -> operation.apply(stores).collectList())
        .flatMapIterable(all -> all);
  }

  /** Several writes, of which it is not known beforehand how many. */
  <T> Flux<T> changeMany(List<Area> areas, Function<? super UnifiedStorage, Flux<T>> operation) {
    return enteredMany(areas, call(operation));
  }

  private <T> Flux<T> enteredMany(List<Area> areas, Call<Flux<T>> call) {
    return Flux.defer(
        () -> {
          if (!dual.enter(Gate.Purpose.ANY)) {
            return dual.opened().thenMany(enteredMany(areas, call));
          }
          Turn turn = new Turn(dual, Gate.Purpose.ANY, areas, call);
          return Flux.defer(() -> call.on(dual.sides()))
              .doOnComplete(() -> turn.succeeded(null))
              .doOnError(turn::failed)
              .doFinally(turn::end);
        });
  }

  @Override
  public <T> Flux<T> take(
      Area whole, Function<T, Area> area, Function<StoreSet, Flux<T>> operation) {
    Mono<List<T>> taking = write(List.of(), stores -> operation.apply(stores).collectList());
    return Mono.defer(
            () -> {
              dual.pending().begin(whole);
              AtomicBoolean isKnown = new AtomicBoolean();
              return taking
                  .doOnNext(
                      taken -> {
                        taken.forEach(one -> dual.pending().touch(area.apply(one)));
                        isKnown.set(true);
                      })
                  .doFinally(end -> taken(whole, isKnown.get()));
            })
        .flatMapIterable(taken -> taken);
  }

  /** What was taken and did not arrive is of the whole. */
  private void taken(Area whole, boolean isKnown) {
    if (isKnown) {
      dual.pending().quit(whole);
    } else {
      dual.pending().end(whole, false);
    }
    dual.wake();
  }

  @Override
  public Mono<AppendResult> append(Function<StoreSet, Mono<AppendResult>> operation) {
    return entered(Gate.Purpose.ANY, List.of(), new AppendCall(dual.sides(), operation))
        .doOnNext(
            result -> result.events().forEach(event -> dual.events().known(event.position())));
  }

  @Override
  public Flux<RecordedEvent> events(Function<StoreSet, Flux<RecordedEvent>> operation) {
    return readMany(DualJournal.LOG, stores -> operation.apply(stores).doOnNext(this::shown));
  }

  private void shown(RecordedEvent event) {
    dual.events().known(event.position());
  }

  @Override
  public <T> Mono<T> ask(Function<StoreSet, Mono<T>> operation) {
    return onLeading(operation);
  }

  /** As {@link #ask}, of what there is outside of transactions only. */
  <T> Mono<T> onLeading(Function<? super UnifiedStorage, Mono<T>> operation) {
    Call<Mono<T>> call = call(operation);
    return Mono.defer(() -> call.on(dual.openSides()));
  }

  @Override
  public <T> Flux<T> askMany(Function<StoreSet, Flux<T>> operation) {
    return manyOnLeading(operation);
  }

  /** As {@link #askMany}, of what there is outside of transactions only. */
  <T> Flux<T> manyOnLeading(Function<? super UnifiedStorage, Flux<T>> operation) {
    Call<Flux<T>> call = call(operation);
    return Flux.defer(() -> call.on(dual.openSides()));
  }

  @Override
  public <T> Mono<T> read(Area area, Function<StoreSet, Mono<T>> operation) {
    Call<Mono<T>> call = call(operation);
    return Mono.defer(
        () -> {
          Sides sides = dual.openSides();
          Mono<T> leading = call.on(sides);
          if (dual.reads().goesToFollowing(area)) {
            return call.onFollowing(sides)
                .timeout(PATIENCE)
                .onErrorResume(error -> dual.reads().back(leading));
          }
          // How many events there are may be one more on the leading side at any time.
          if (!area.equals(DualJournal.LOG)) {
            dual.reads().answered(area, operation::apply);
          }
          return leading;
        });
  }

  @Override
  public <T> Flux<T> readMany(Area area, Function<StoreSet, Flux<T>> operation) {
    Call<Flux<T>> call = call(operation);
    return Flux.defer(
        () -> {
          Sides sides = dual.openSides();
          Flux<T> leading = call.on(sides);
          if (dual.reads().goesToFollowing(area)) {
            return orLeading(call.onFollowing(sides), leading);
          }
          dual.reads().answered(area, operation::apply);
          return leading;
        });
  }

  /** An answer that has begun cannot go on from the other side: it may be another one there. */
  private <T> Flux<T> orLeading(Flux<T> following, Flux<T> leading) {
    AtomicBoolean hasBegun = new AtomicBoolean();
    return following
        .timeout(Mono.delay(PATIENCE))
        .doOnNext(item -> hasBegun.set(true))
        .onErrorResume(error -> hasBegun.get() ? Flux.error(error) : dual.reads().back(leading));
  }

  /** One write, from before it is sent until its end is known, or nobody waits for that. */
  private static final class Turn {

    private static final Long NOTHING = 0L;

    private final Dual dual;
    private final Gate.Purpose purpose;
    private final List<Area> areas;
    private final Call<?> call;
    private volatile boolean hasSucceeded;
    private volatile boolean isUnknown;

    Turn(Dual dual, Gate.Purpose purpose, List<Area> areas, Call<?> call) {
      this.dual = dual;
      this.purpose = purpose;
      this.call = call;
      this.areas = areas;
      areas.forEach(dual.pending()::begin);
    }

    /**
     * Before anybody hears of it, who may ask then whether it has been copied. What counts what it
     * has changed, and says nothing, has changed nothing.
     */
    void succeeded(@Nullable Object result) {
      if (!NOTHING.equals(result)) {
        areas.forEach(dual.pending()::touch);
      }
      hasSucceeded = true;
    }

    void failed(Throwable error) {
      isUnknown = error instanceof UnavailableException;
    }

    void end(SignalType signal) {
      boolean certain = hasSucceeded || (signal != SignalType.CANCEL && !isUnknown);
      for (Area area : areas) {
        if (hasSucceeded) {
          dual.pending().quit(area);
        } else {
          dual.pending().end(area, certain);
        }
      }
      if (!certain) {
        call.isUnknown();
      }
      dual.leave(purpose, certain);
      if (!areas.isEmpty()) {
        dual.wake();
      }
    }
  }
}
