package io.holdfast.postgres;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Says that there may be something new to read. A signal carries no data: it is a count that grows,
 * so one that comes while nobody waits is seen by whoever compares later.
 */
final class WakeUps {

  private final AtomicLong count = new AtomicLong();
  private final Sinks.Many<Long> signals = Sinks.many().replay().latestOrDefault(0L);

  /** The count now; take it before reading, and wait for a higher one after. */
  long count() {
    return count.get();
  }

  void raise() {
    long next = count.incrementAndGet();
    signals.emitNext(next, Sinks.EmitFailureHandler.busyLooping(Duration.ofSeconds(1)));
  }

  /** Completes once the count is above {@code seen}, or after {@code atMost}. */
  Mono<Void> above(long seen, Duration atMost) {
    return signals
        .asFlux()
        .filter(current -> current > seen)
        .next()
        .then()
        .timeout(atMost, Mono.empty());
  }
}
