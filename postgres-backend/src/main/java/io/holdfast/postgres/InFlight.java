package io.holdfast.postgres;

import io.holdfast.UnavailableException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * What is under way on a pool, so that closing can let it end: a connection whose event loop is
 * gone before it was given back would stay open on the server, in the transaction it was in.
 */
final class InFlight {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final AtomicInteger running = new AtomicInteger();
  private final Sinks.Empty<Void> closing = Sinks.empty();
  private final Sinks.Empty<Void> drained = Sinks.empty();
  private volatile boolean closed;

  /** Counts {@code work}, or refuses it. */
  <T> Mono<T> track(Mono<T> work) {
    return Mono.defer(
        () -> {
          running.incrementAndGet();
          Mono<T> admitted = closed ? Mono.error(closedError()) : work;
          return admitted.doFinally(signal -> left());
        });
  }

  private void left() {
    if (running.decrementAndGet() == 0 && closed) {
      var unused = drained.tryEmitEmpty();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** From now on {@link #closing} is complete; other work goes on, and comes in. */
  void endTransactions() {
    var unused = closing.tryEmitEmpty();
  }

  /** Completes when closing begins: a transaction of the user's should end then. */
  Mono<Void> closing() {
    return closing.asMono();
  }

  /** Refuses new work; completes when what is under way has ended, or has taken too long. */
  Mono<Void> close() {
    return Mono.defer(
        () -> {
          closed = true;
          endTransactions();
          return running.get() == 0
              ? Mono.empty()
              : drained.asMono().timeout(PATIENCE, Mono.empty());
        });
  }

  static UnavailableException closedError() {
    return new UnavailableException("The storage is closed");
  }
}
