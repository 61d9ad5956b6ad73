package io.holdfast.postgres;

import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What statements of a transaction pass through: each comes before its end, which waits for it, or
 * is refused. A caller that cancels is on another thread than the one that sends the next
 * statement; sent behind the rollback, it would be a transaction of its own.
 */
final class StatementGate {

  private static final int CLOSED = 1 << 30;

  private final AtomicInteger state = new AtomicInteger();
  private final Sinks.Empty<Void> empty = Sinks.empty();

  /** The statement, if the transaction has not ended when it is subscribed to. */
  <T> Mono<T> pass(Mono<T> statement) {
    return Mono.defer(
        () ->
            enter()
                ? statement.doOnTerminate(this::leave)
                : Mono.error(
                    new IllegalStateException(
                        "The transaction has ended; its stores are of no more use")));
  }

  private boolean enter() {
    return (state.getAndUpdate(now -> isClosed(now) ? now : now + 1) & CLOSED) == 0;
  }

  private void leave() {
    if (state.decrementAndGet() == CLOSED) {
      var unused = empty.tryEmitEmpty();
    }
  }

  /** Lets nothing in any more; completes once nothing is inside. */
  Mono<Void> close() {
    return Mono.defer(
        () -> {
          if (state.updateAndGet(now -> now | CLOSED) == CLOSED) {
            var unused = empty.tryEmitEmpty();
          }
          return empty.asMono();
        });
  }

  private static boolean isClosed(int state) {
    return (state & CLOSED) != 0;
  }
}
