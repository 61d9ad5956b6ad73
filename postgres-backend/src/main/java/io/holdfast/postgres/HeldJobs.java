package io.holdfast.postgres;

import io.holdfast.JobId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The jobs of appends that wait for other transactions. */
final class HeldJobs {

  private final Map<JobId, Integer> jobs = new HashMap<>();
  private final Set<AppendRequest> requests = new HashSet<>();
  private volatile boolean isEmpty = true;

  synchronized void add(AppendRequest request) {
    if (requests.add(request)) {
      request.jobs().forEach(job -> jobs.merge(job, 1, Integer::sum));
      isEmpty = false;
    }
  }

  void remove(AppendRequest request) {
    if (!isEmpty) {
      removeIfThere(request);
    }
  }

  private synchronized void removeIfThere(AppendRequest request) {
    if (requests.remove(request)) {
      request.jobs().forEach(job -> jobs.merge(job, -1, HeldJobs::sumOrNone));
      isEmpty = requests.isEmpty();
    }
  }

  private static @Nullable Integer sumOrNone(int one, int other) {
    return one + other == 0 ? null : one + other;
  }

  /**
   * True if one of its jobs is waited for; a chunk keeps its turn among the others all the same.
   */
  boolean hasOneOf(AppendRequest request) {
    return !isEmpty && !request.keepsItsTurn() && hasAnyOf(request);
  }

  private synchronized boolean hasAnyOf(AppendRequest request) {
    return request.jobs().stream().anyMatch(jobs::containsKey);
  }
}
