package io.holdfast.postgres;

import io.holdfast.JobId;
import io.holdfast.event.RecordedEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Subscriptions that have read everything and wait for more, by the jobs that they want: an event
 * costs one look, however many wait for other jobs. Guarded by its owner.
 */
final class Waiters {

  /** With more jobs than this a subscription is woken by every page: cheaper than to register. */
  static final int JOBS_MAX = 64;

  private final Map<JobId, Set<Waiter>> byJob = new HashMap<>();
  private final Set<Waiter> ofAnyJob = new LinkedHashSet<>();
  private int count;

  boolean isEmpty() {
    return count == 0;
  }

  void add(Waiter waiter) {
    boolean added = false;
    if (isOfAnyJob(waiter)) {
      added = ofAnyJob.add(waiter);
    } else {
      for (JobId job : waiter.jobs()) {
        added |= byJob.computeIfAbsent(job, id -> new LinkedHashSet<>()).add(waiter);
      }
    }
    count += added ? 1 : 0;
  }

  void remove(Waiter waiter) {
    boolean removed = false;
    if (isOfAnyJob(waiter)) {
      removed = ofAnyJob.remove(waiter);
    } else {
      for (JobId job : waiter.jobs()) {
        Set<Waiter> ofJob = byJob.get(job);
        if (ofJob != null && ofJob.remove(waiter)) {
          removed = true;
          if (ofJob.isEmpty()) {
            byJob.remove(job);
          }
        }
      }
    }
    count -= removed ? 1 : 0;
  }

  private static boolean isOfAnyJob(Waiter waiter) {
    return waiter.jobs().isEmpty() || waiter.jobs().size() > JOBS_MAX;
  }

  /** Takes out everybody whom one of {@code events} may be for. */
  List<Waiter> takeFor(List<RecordedEvent> events) {
    List<Waiter> woken = new ArrayList<>();
    if (events.isEmpty()) {
      return woken;
    }
    woken.addAll(ofAnyJob);
    woken.forEach(this::remove);
    for (RecordedEvent event : events) {
      if (byJob.isEmpty()) {
        break;
      }
      Set<Waiter> ofJob = byJob.get(event.job());
      if (ofJob != null) {
        List<Waiter> wanting = List.copyOf(ofJob);
        wanting.forEach(this::remove);
        woken.addAll(wanting);
      }
    }
    return woken;
  }
}
