package io.holdfast.postgres;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * When the head is read without a signal, and when a signal waits a moment: seldom looked while
 * announcements are heard, often while not; and when events come by the thousand, they are gathered
 * for a moment instead of being fetched one by one.
 */
final class Pace {

  private static final Duration SAFETY_POLL = Duration.ofSeconds(2);
  private static final Duration DEAF_POLL = Duration.ofMillis(100);

  /** A read that found this many is followed by a pause, so that the next one is worth its trip. */
  private static final int BUSY_EVENTS = 8;

  private static final Duration PAUSE = Duration.ofMillis(1);

  private final BooleanSupplier hears;
  private volatile long lastRead = System.nanoTime();
  private volatile int lastFound;

  Pace(BooleanSupplier hears) {
    this.hears = hears;
  }

  /** Emits when there has been no read for too long. */
  Flux<Long> polls() {
    return Mono.defer(() -> Mono.delay(interval()))
        .repeat()
        .onBackpressureLatest()
        .filter(tick -> System.nanoTime() - lastRead >= interval().toNanos());
  }

  private Duration interval() {
    if (hears.getAsBoolean()) {
      return SAFETY_POLL;
    }
    return lastFound > 0 ? DEAF_POLL.dividedBy(2) : DEAF_POLL;
  }

  /** Completes when it is time for the next read. */
  Mono<Void> beforeRead() {
    return Mono.defer(
        () -> {
          long wait =
              lastFound < BUSY_EVENTS ? 0 : PAUSE.toNanos() - (System.nanoTime() - lastRead);
          return wait <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(wait)).then();
        });
  }

  /** A read has begun. */
  void reading() {
    lastRead = System.nanoTime();
  }

  /** A read has found so many. */
  void found(int events) {
    lastFound = events;
  }
}
