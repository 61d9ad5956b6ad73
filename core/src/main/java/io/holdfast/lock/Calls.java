package io.holdfast.lock;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Says to one waiter that it is time to look. A call carries no data: it is a count that grows, so
 * one that comes while a look is under way is heard by whoever compares later.
 */
final class Calls {

  private final AtomicLong count = new AtomicLong();
  private final AtomicLong lastOfOurs = new AtomicLong();
  private final AtomicInteger passing = new AtomicInteger();
  private final Sinks.Many<Long> signals = Sinks.many().replay().latestOrDefault(0L);

  /** The count now; take it before looking. */
  long count() {
    return count.get();
  }

  /** Never waits; {@code ours} if it is this process's turn. */
  void call(boolean ours) {
    long number = count.incrementAndGet();
    if (ours) {
      lastOfOurs.accumulateAndGet(number, Math::max);
    }
    if (passing.getAndIncrement() != 0) {
      return;
    }
    int passed = 1;
    do {
      var unused = signals.tryEmitNext(count.get());
      passed = passing.addAndGet(-passed);
    } while (passed != 0);
  }

  /**
   * Emits at once when it is our turn, and when it is another's, once that one has had time to come
   * and nothing more was heard.
   */
  Mono<Long> after(long seen, Duration turn) {
    return signals
        .asFlux()
        .onBackpressureLatest()
        .filter(number -> number > seen)
        .switchMap(number -> lastOfOurs.get() > seen ? Mono.just(number) : Mono.delay(turn))
        .next();
  }
}
