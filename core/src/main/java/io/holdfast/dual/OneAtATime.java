package io.holdfast.dual;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Lets one piece of work begin only when no other one is under way. */
final class OneAtATime {

  private Sinks.@Nullable Empty<Void> current;

  /** {@code work}, when its turn has come. */
  <T> Mono<T> run(Mono<T> work) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> mine = Sinks.empty();
          Mono<Void> other = begin(mine);
          return other == null
              ? work.doFinally(end -> end(mine))
              : other.then(Mono.defer(() -> run(work)));
        });
  }

  /** Completes when the other one has ended that is under way; null if there is none. */
  private synchronized @Nullable Mono<Void> begin(Sinks.Empty<Void> mine) {
    if (current != null) {
      return current.asMono();
    }
    current = mine;
    return null;
  }

  private void end(Sinks.Empty<Void> mine) {
    synchronized (this) {
      current = null;
    }
    var unused = mine.tryEmitEmpty();
  }
}
