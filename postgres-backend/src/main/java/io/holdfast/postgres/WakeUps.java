package io.holdfast.postgres;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;

/**
 * Says that there may be something new to read. A signal carries no data: it is a count that grows,
 * so one that comes while nobody waits is seen by whoever compares later.
 */
final class WakeUps {

  private final AtomicLong count = new AtomicLong();
  private final AtomicInteger passing = new AtomicInteger();
  private final Sinks.Many<Long> signals = Sinks.many().replay().latestOrDefault(0L);

  /** The count now; take it before reading, and wait for a higher one after. */
  long count() {
    return count.get();
  }

  /** Never fails and never waits: whoever is already passing a signal on passes ours on as well. */
  void raise() {
    count.incrementAndGet();
    if (passing.getAndIncrement() != 0) {
      return;
    }
    int passed = 1;
    do {
      var unused = signals.tryEmitNext(count.get());
      passed = passing.addAndGet(-passed);
    } while (passed != 0);
  }

  /** The count, now and whenever it has grown; of several while a reader is busy, the last. */
  Flux<Long> changes() {
    return signals.asFlux().onBackpressureLatest();
  }
}
