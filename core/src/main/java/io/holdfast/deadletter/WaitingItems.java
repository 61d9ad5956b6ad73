package io.holdfast.deadletter;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Items of one run that have failed and wait for another attempt, by when they are due. */
final class WaitingItems {

  /** No new item is taken while so many wait. */
  static final int MOST = 10_000;

  private static final long NEVER = Long.MAX_VALUE / 4;

  private final Map<DeadLetterKey, Place> places = new HashMap<>();
  private final TreeSet<Place> byDue = new TreeSet<>();
  private long added;

  /** {@code number} tells two apart that are due at the same time. */
  private record Place(long due, long number, DeadLetterKey key, int failed, int looks)
      implements Comparable<Place> {

    @Override
    public int compareTo(Place other) {
      int byTime = Long.compare(due - other.due, 0);
      return byTime == 0 ? Long.compare(number, other.number) : byTime;
    }
  }

  /** {@code due} is a {@link System#nanoTime}. */
  synchronized void add(DeadLetterKey key, int failed, long due) {
    put(new Place(due, added++, key, failed, 0));
  }

  /** It is not due before it is {@linkplain #release released}. */
  synchronized void addHeld(DeadLetterKey key, int failed, long now) {
    add(key, failed, now + NEVER);
  }

  /** It is due then, unless somebody has taken it already. */
  synchronized void release(DeadLetterKey key, long due) {
    Place place = places.remove(key);
    if (place != null) {
      byDue.remove(place);
      put(new Place(due, place.number(), key, place.failed(), place.looks()));
    }
  }

  private void put(Place place) {
    places.put(place.key(), place);
    byDue.add(place);
  }

  /** How often the item has failed in this run, which knows it no more; 0 if it did not know it. */
  synchronized int remove(DeadLetterKey key) {
    Place place = places.remove(key);
    if (place == null) {
      return 0;
    }
    byDue.remove(place);
    return place.failed();
  }

  /** It does not wait any more. */
  synchronized void forget(DeadLetterKey key) {
    var unused = remove(key);
  }

  /** The items that are due by now, at most {@code most}. */
  synchronized Set<DeadLetterKey> due(int most, long now) {
    Set<DeadLetterKey> due = new HashSet<>();
    for (Place place : byDue) {
      if (due.size() == most || place.due() - now > 0) {
        break;
      }
      due.add(place.key());
    }
    return due;
  }

  /**
   * Looks for it again at {@code next}, unless it was not there {@code looksMax} times: then it is
   * forgotten, and this is true.
   */
  synchronized boolean missed(DeadLetterKey key, long next, int looksMax) {
    Place place = places.get(key);
    if (place == null) {
      return false;
    }
    byDue.remove(place);
    places.remove(key);
    if (place.looks() + 1 == looksMax) {
      return true;
    }
    put(new Place(next, place.number(), key, place.failed(), place.looks() + 1));
    return false;
  }

  synchronized boolean isFull() {
    return places.size() >= MOST;
  }

  synchronized boolean isEmpty() {
    return places.isEmpty();
  }

  /** When the next one is due; {@code null} if none waits. */
  synchronized @Nullable Long nextDue() {
    return byDue.isEmpty() ? null : byDue.first().due();
  }
}
