package io.holdfast.postgres;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Counts what the lanes hold, and lets others in, in the order they came, as it gets less. */
final class AppendRoom {

  /** Where a request is after it has knocked. */
  enum Place {
    INSIDE,
    OUTSIDE,
    REFUSED
  }

  private final AppendLimits limits;
  private final Set<AppendRequest> outside = new LinkedHashSet<>();
  private int requests;
  private long bytes;
  private boolean closed;

  AppendRoom(AppendLimits limits) {
    this.limits = limits;
  }

  synchronized Place enter(AppendRequest request) {
    if (closed || (outside.isEmpty() && fits(request))) {
      // A closed lane refuses it with the right words.
      count(request);
      return Place.INSIDE;
    }
    if (outside.size() >= AppendLimits.OUTSIDE_MAX) {
      return Place.REFUSED;
    }
    outside.add(request);
    return Place.OUTSIDE;
  }

  private boolean fits(AppendRequest request) {
    return requests == 0
        || (requests < limits.requests() && bytes + request.bytes() <= limits.bytes());
  }

  private void count(AppendRequest request) {
    requests++;
    bytes += request.bytes();
  }

  /** Those that have now come in, whom the caller sends. */
  synchronized List<AppendRequest> leave(AppendRequest request) {
    requests--;
    bytes -= request.bytes();
    if (outside.isEmpty()) {
      return List.of();
    }
    List<AppendRequest> entered = new ArrayList<>();
    Iterator<AppendRequest> oldestFirst = outside.iterator();
    while (oldestFirst.hasNext()) {
      AppendRequest next = oldestFirst.next();
      if (!fits(next)) {
        break;
      }
      oldestFirst.remove();
      count(next);
      entered.add(next);
    }
    return entered;
  }

  synchronized boolean withdraw(AppendRequest request) {
    return !outside.isEmpty() && outside.remove(request);
  }

  /** Takes out those that have waited outside for too long. */
  synchronized List<AppendRequest> expired() {
    List<AppendRequest> late = new ArrayList<>();
    for (AppendRequest request : outside) {
      if (request.waitedNanos() < limits.patience().toNanos()) {
        break;
      }
      late.add(request);
    }
    late.forEach(outside::remove);
    return late;
  }

  /** Nobody waits outside any more; returns those who did. */
  synchronized List<AppendRequest> close() {
    closed = true;
    List<AppendRequest> left = new ArrayList<>(outside);
    outside.clear();
    return left;
  }
}
