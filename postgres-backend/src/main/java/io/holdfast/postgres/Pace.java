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

  /** From the beginning of one read to that of the next, if that one was not full. */
  private static final Duration PAUSE = Duration.ofMillis(2);

  private final BooleanSupplier hears;
  private volatile long lastRead = System.nanoTime();
  private volatile boolean found;
  private volatile boolean hasMore;

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
    return found ? DEAF_POLL.dividedBy(2) : DEAF_POLL;
  }

  /** Completes when it is time for the next read. */
  Mono<Void> beforeRead() {
    return Mono.defer(
        () -> {
          long wait = hasMore ? 0 : PAUSE.toNanos() - (System.nanoTime() - lastRead);
          return wait <= 0 ? Mono.empty() : Mono.delay(Duration.ofNanos(wait)).then();
        });
  }

  /** A read has begun. */
  void reading() {
    lastRead = System.nanoTime();
  }

  /** A read has ended. */
  void learn(EventReader.Page page) {
    found = !page.events().isEmpty();
    hasMore = page.hasMore();
  }
}
