package io.holdfast.subscription;

import io.holdfast.Position;
import io.holdfast.event.RecordedEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The events whose transaction the storage has ended while their handler was at work, and how
 * often. Once says nothing: the storage may have been away. The member joins again after each time,
 * which a storage that is away does not let it, and tries the event alone; if that ends in the same
 * way again and again, it is the event's doing: its handler may take longer than a transaction may.
 */
final class BrokenEvents {

  /** Kept for a member's life; the oldest go, in case others have handled them. */
  private static final int KNOWN_MAX = 1_024;

  /** So that a server that goes twice in a row costs no event, even if each is tried only once. */
  private static final int ALLOWED_MIN = 2;

  private final Map<Position, Broken> known = new LinkedHashMap<>();

  private record Broken(int times, Throwable reason) {}

  synchronized void add(RecordedEvent event, Throwable reason) {
    Broken before = known.remove(event.position());
    known.put(event.position(), new Broken(before == null ? 1 : before.times() + 1, reason));
    if (known.size() > KNOWN_MAX) {
      known.remove(known.keySet().iterator().next());
    }
  }

  synchronized boolean has(RecordedEvent event) {
    return known.containsKey(event.position());
  }

  /** The event is handled, or with the dead letters. */
  synchronized void remove(RecordedEvent event) {
    known.remove(event.position());
  }

  /** Why the event has failed for good, if it has: the first time does not count as an attempt. */
  synchronized @Nullable Throwable verdict(RecordedEvent event, FailurePolicy policy) {
    Broken broken = known.get(event.position());
    return broken == null || broken.times() <= Math.max(policy.attempts(), ALLOWED_MIN)
        ? null
        : broken.reason();
  }
}
