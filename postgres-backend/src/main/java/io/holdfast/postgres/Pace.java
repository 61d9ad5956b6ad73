package io.holdfast.postgres;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * When the head is read without a signal, seldom while announcements are heard and often while not,
 * and when a signal waits a moment: events that come by the thousand are gathered, instead of being
 * fetched one by one.
 */
final class Pace {

  private static final Duration SAFETY_POLL = Duration.ofSeconds(2);
  private static final Duration DEAF_POLL = Duration.ofMillis(100);

  /** No pause is longer, however long a read has taken. */
  private static final Duration PAUSE_MAX = Duration.ofMillis(5);

  private final BooleanSupplier hears;
  private volatile long lastRead = System.nanoTime();
  private volatile long lastEnd = System.nanoTime();
  private volatile boolean found;
  private volatile boolean hasMore;

  Pace(BooleanSupplier hears) {
    this.hears = hears;
  }

  /** Emits when there has been no read for too long. */
  Flux<Long> polls() {
    return Mono.defer(() -> Mono.delay(untilDue()))
        .repeat()
        .onBackpressureLatest()
        .filter(tick -> System.nanoTime() - lastRead >= interval().toNanos());
  }

  private Duration untilDue() {
    Duration rest = interval().minusNanos(System.nanoTime() - lastRead);
    return rest.isNegative() || rest.isZero() ? interval() : rest;
  }

  private Duration interval() {
    if (hears.getAsBoolean()) {
      return SAFETY_POLL;
    }
    return found ? DEAF_POLL.dividedBy(2) : DEAF_POLL;
  }

  /**
   * Completes when it is time for the next read: after a pause as long as the last one has taken,
   * if that one was not full. So reading takes half the time at most, on a server that is quick as
   * on one that is busy.
   */
  Mono<Void> beforeRead() {
    return Mono.defer(
        () -> {
          long pause = Math.min(lastEnd - lastRead, PAUSE_MAX.toNanos());
          long wait = hasMore ? 0 : pause - (System.nanoTime() - lastEnd);
          return wait <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(wait)).then();
        });
  }

  /** A read has begun. */
  void reading() {
    lastRead = System.nanoTime();
  }

  /** A read has ended; whether it found anything, and was full. */
  void learn(boolean hasFound, boolean isFull) {
    lastEnd = System.nanoTime();
    found = hasFound;
    hasMore = isFull;
  }
}
