package io.holdfast.dual;

import io.holdfast.SessionId;
import io.holdfast.UnavailableException;
import io.holdfast.UnifiedStorage;
import io.holdfast.session.Session;
import io.holdfast.session.SessionChange;
import io.holdfast.session.SessionFilter;
import io.holdfast.session.SessionStore;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs on two sides, also for those that follow them on the one that leads. */
final class DualSessions extends DualSessionLedger implements SessionStore {

  private final Dual dual;

  DualSessions(Dual dual, LiveAccess access) {
    super(access);
    this.dual = dual;
  }

  @Override
  public Flux<Session> watch(SessionId id) {
    return watched(storage -> storage.sessions().watch(id));
  }

  @Override
  public Flux<SessionChange> watch(SessionFilter filter) {
    return watched(storage -> storage.sessions().watch(filter));
  }

  private <T> Flux<T> watched(Function<UnifiedStorage, Flux<T>> watch) {
    Call<Flux<T>> call = new Call<>(dual.sides(), watch);
    return Flux.defer(
        () -> {
          Sides sides = dual.openSides();
          return call.on(sides).takeUntilOther(Flux.merge(dual.untilClosed(), exchanged(sides)));
        });
  }

  private static <T> Mono<T> exchanged(Sides sides) {
    return sides
        .left()
        .then(
            Mono.error(
                () -> new UnavailableException("Another side leads by now: watch it again")));
  }
}
